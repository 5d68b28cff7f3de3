/** The page: the same in the editor and in a plain browser, under the same strict policy. */

export interface PageParts {
  script: string;
  styles: string[];
  /** Where styles may come from, as the policy writes it. */
  styleSource: string;
  /** Where the page may connect to; nowhere in the editor. */
  connectSource?: string;
  nonce: string;
  language: string;
  title: string;
  bodyClass?: string;
}

export function panelHtml(parts: PageParts): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${parts.nonce}'`,
    `style-src 'nonce-${parts.nonce}' ${parts.styleSource}`,
    `img-src data: blob:`,
    ...(parts.connectSource === undefined ? [] : [`connect-src ${parts.connectSource}`]),
  ].join('; ');
  const styles = parts.styles.map((style) => `<link rel="stylesheet" href="${escape(style)}">`).join('\n  ');
  return `<!DOCTYPE html>
<html lang="${escape(parts.language)}">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
  <meta property="csp-nonce" content="${parts.nonce}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${escape(parts.title)}</title>
  ${styles}
</head>
<body class="${escape(parts.bodyClass ?? '')}">
  <script nonce="${parts.nonce}" src="${escape(parts.script)}"></script>
</body>
</html>
`;
}

function escape(value: string): string {
  return value.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
