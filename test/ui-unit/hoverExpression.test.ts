import { describe, expect, test } from 'vitest';
import { expressionAt, type Language } from '../../src/ui/debug/hoverExpression.js';

/** What is evaluated where the mark ‸ stands. */
function at(marked: string, language: Language = 'python'): string | null {
  const column = marked.indexOf('‸');
  const line = marked.replace('‸', '');
  const span = expressionAt(line, column, language);
  return span && line.slice(span.start, span.end);
}

describe('the expression that is pointed at', () => {
  test('is a name, or the dotted name that it ends', () => {
    expect(at('loss‸_sum += loss.item()')).toBe('loss_sum');
    expect(at('mo‸del.fc.weight.grad')).toBe('model');
    expect(at('model.f‸c.weight.grad')).toBe('model.fc');
    expect(at('model.fc.weight.gr‸ad')).toBe('model.fc.weight.grad');
    expect(at('x = self . lay‸ers')).toBe('self . layers');
    expect(at('größ‸e = 1')).toBe('größe');
  });

  test('takes subscripts along, and names within them for themselves', () => {
    const rate = `optimizer.param_groups[0]['lr'] = 0.1`;
    expect(at(rate.replace('groups', 'gr‸oups'))).toBe('optimizer.param_groups');
    expect(at(rate.replace('[0]', '[‸0]'))).toBe('optimizer.param_groups[0]');
    expect(at(rate.replace('lr', 'l‸r'))).toBe(`optimizer.param_groups[0]['lr']`);
    expect(at('losses[ste‸p].mean')).toBe('step');
    expect(at('losses[step].me‸an')).toBe('losses[step].mean');
    expect(at('a[b[i]].s‸hape')).toBe('a[b[i]].shape');
    expect(at('a[b.c‸[i]]')).toBe('b.c[i]');
    expect(at('table[:, :-1]‸')).toBeNull();
    expect(at('table[:, :-‸1]')).toBe('table[:, :-1]');
  });

  test('calls nothing', () => {
    expect(at('loss.it‸em()')).toBe('loss.item');
    expect(at('model(images).sh‸ape')).toBeNull();
    expect(at('criterion(model(ima‸ges), labels)')).toBe('images');
    expect(at('a[f(x)].sh‸ape')).toBeNull();
    expect(at('a[f(x‸)]')).toBeNull();
    expect(at('a[f(‸x)]')).toBe('x');
  });

  test('is none in keywords, numbers, strings and comments', () => {
    expect(at('fo‸r step in range(10):')).toBeNull();
    expect(at('for step i‸n range(10):')).toBeNull();
    expect(at('lr = 0.‸1')).toBeNull();
    expect(at("print('lo‸ss', loss)")).toBeNull();
    expect(at('step()  # then lo‸ss')).toBeNull();
    expect(at('x = 1 ‸ + y')).toBeNull();
    expect(at('loss‸')).toBeNull();
  });

  test('is found in the code of a formatted string', () => {
    expect(at('print(f"loss {lo‸ss:.4f} of {n}")')).toBe('loss');
    expect(at('print(f"{a.b} {c.‸d.e}")')).toBe('c.d');
    expect(at('print(f"lo‸ss {loss}")')).toBeNull();
    expect(at('console.log(`loss ${logs.lo‸ss} at`, step)', 'javascript')).toBe('logs.loss');
  });

  test('knows JavaScript', () => {
    const js = (line: string) => at(line, 'javascript');
    expect(js('this.model?.opti‸mizer.learningRate')).toBe('this.model?.optimizer');
    expect(js('logs?.[‸0].x')).toBe('logs?.[0]');
    expect(js('const $lo‸ss = await f(x) // loss')).toBe('$loss');
    expect(js('con‸st x = 1')).toBeNull();
    expect(js('x = y // lo‸ss')).toBeNull();
    expect(js(`model.layers['den‸se'].units`)).toBe(`model.layers['dense']`);
  });
});
