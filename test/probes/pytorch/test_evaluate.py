"""Expressions in the frame of a held training, new values for its variables, and what can be written next."""

import threading

import pytest
from held import held
from support import good, trained_alone

SCRIPT = "inspected.py"


@pytest.fixture(scope="module")
def training():
    with held(SCRIPT, at=1) as found:
        yield found


def changes(training):
    return [each for each in training.engine.connections[0] if each["type"] == "change"]


def value(training, expression, context="watch", frame=0):
    return training.evaluate(expression, context, frame)["value"]


def test_an_expression_sees_locals_and_globals_also_within_comprehensions(training):
    assert value(training, "[count * scale for _ in many[:2]]") == "[6.0, 6.0]"
    assert value(training, "scale", frame=training.frame("<module>")) == "2.0"


def test_a_result_can_be_opened(training):
    found = training.evaluate("model.head.weight", "watch")
    assert found["type"] == "Parameter" and found["evaluateName"] == "model.head.weight"
    assert training.children(found["reference"])["shape"]["value"] == "[3, 16]"


def test_no_graph_is_recorded_unless_asked_for(training):
    assert value(training, "(loss * 2).requires_grad") == "False"
    asked = "with torch.enable_grad():\n    twice = loss * 2\ntwice.requires_grad"
    assert value(training, asked, "repl") == "True"


def test_names_that_the_frame_has_no_place_for_stay_in_the_console(training):
    training.evaluate("fresh = rate * 4")
    assert value(training, "fresh") == "2.0"
    training.evaluate("def double(it): return it * 2")
    assert value(training, "double(fresh)", "repl") == "4.0"


def test_what_is_printed_is_answered_and_cut(training):
    found = training.evaluate("print('hello', count)\ncount")
    assert (found["value"], found["output"]) == ("3", "hello 3\n")
    long = training.evaluate("print('é' * 100_000)")["output"]
    assert 64 * 1024 - 2 <= len(long.rsplit("…", 1)[0].encode()) <= 64 * 1024 and "cut" in long[-20:]


def test_errors_say_type_message_and_line(training):
    assert training.fails("1 / 0") == "ZeroDivisionError: division by zero"
    assert (
        training.fails("a = 1\nb = nope")
        == "NameError: name 'nope' is not defined (line 2 of the expression)"
    )
    assert training.fails("a =\n1").startswith("SyntaxError: ")
    assert training.fails("exit(3)") == "SystemExit: 3"
    assert training.fails("", "watch").startswith("SyntaxError: ")
    assert value(training, "", "repl") == ""


@pytest.mark.parametrize("context", ["watch", "hover", "clipboard"])
def test_only_the_console_takes_statements(training, context):
    assert training.fails("count = 9", context).startswith("SyntaxError: ")
    assert value(training, "(count := 9)", context) == "9" and value(training, "count") == "3"


def test_what_may_change_something_is_recorded(training):
    before = len(changes(training))
    training.evaluate("count + 1")
    training.evaluate("model(x)", "watch")
    assert len(changes(training)) == before
    training.evaluate("many.append(1)")
    training.evaluate("_ = 4")
    found = [(each["kind"], each["name"], each["step"]) for each in changes(training)[before:]]
    assert found == [("code", "many.append(1)", 1), ("code", "_ = 4", 1)]


@pytest.mark.parametrize(
    ("source", "recorded"),
    [
        ("len(many) + 1000", False),
        ("print(sorted(many)[:2], type(model))", False),
        ("[float(each.norm()) for each in model.parameters()]", False),
        ("x.detach().cpu().numpy().tolist()[0]", False),
        ("x.isnan().any().item() or torch.isfinite(x).all()", False),
        ("model.cpu()", True),
        ("x.mul_(1)", True),
        ("torch.abs(x, out=x.clone())", True),
        ("model.eval().training or model.train()", True),
        ("(found := 4)", True),
        ("(lambda: 4)()", True),
    ],
)
def test_what_only_reads_is_not_recorded(training, source, recorded):
    before = len(changes(training))
    training.evaluate(source)
    assert len(changes(training)) - before == recorded


@pytest.mark.parametrize("source", ["while True: pass", "while True:\n    try: pass\n    finally: count"])
def test_an_evaluation_that_does_not_end_is_interrupted(training, source):
    """Interrupts that come before it has begun are not meant for it."""
    engine = training.engine
    over = threading.Event()

    def interrupt():
        while not over.wait(0.1):
            engine.send({"type": "interrupt", "id": engine.asked})

    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        assert "interrupted" in training.fails(source)
    finally:
        over.set()
        thread.join()
    assert value(training, "count") == "3"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("optimiz", [("optimizer", "variable")]),
        ("Coun", [("Counted", "class"), ("counted", "variable"), ("count", "variable")]),
        ("model.hea", [("head", "property")]),
        ("model.body[0].weig", [("weight", "property")]),
        ("model.head.weight.requires_grad_", [("requires_grad_", "function")]),
        ("x = torch.optim.Ada", [("Adam", "class"), ("AdamW", "class")]),
        ("torch.nn.functiona", [("functional", "module")]),
        ("counted.cos", [("costly", "property")]),
        ("settings['name'].upp", [("upper", "function")]),
        ("whil", [("while", "keyword")]),
        ("nothing.at", []),
        ("train(model).at", []),
    ],
)
def test_completions(training, text, expected):
    line = "'😀' + " + text
    units = len(line.encode("utf-16-le")) // 2
    found = training.ask("completions", text=line + " rest", column=units, frame=0)
    word = text[max(text.rfind(each) for each in " .") + 1 :]
    assert found["start"] == units - len(word)
    offered = [(each["label"], each["kind"]) for each in found["completions"]]
    assert [each for each in expected if each not in offered] == []
    assert all(label.lower().startswith(word.lower()) for label, _ in offered)
    assert expected or offered == []


def test_completions_call_nothing(training):
    assert training.ask("completions", text="odd['dishonest'].", column=17, frame=0)["start"] == 17
    training.ask("completions", text="counted.", column=8, frame=0)
    assert value(training, "Counted.calls") == "0"


def assign(training, reference, name, text):
    return training.ask("setVariable", reference=reference, name=name, value=text)


def refusal(training, reference, name, text):
    return training.refused("setVariable", reference=reference, name=name, value=text)


@pytest.mark.parametrize("kind", ["adam", "sgd"])
def test_options_of_the_optimizer(kind):
    with held(SCRIPT, kind, at=4) as training:
        roots = training.ask("roots", frame=0)
        groups = training.open(roots["optimizer"], "optimizer")
        group = groups["param_groups[0]"]["reference"]
        before = training.children(group)["lr"]["value"]
        changed = assign(training, group, "lr", "rate / 5")
        assert (changed["name"], changed["value"], changed["editable"]) == ("lr", "0.1", True)
        assert assign(training, group, "weight_decay", "1")["value"] == "1.0"
        assert "at least 0, not -1" in refusal(training, group, "lr", "-1")
        assert "at least 0, not nan" in refusal(training, group, "lr", "float('nan')")
        assert "at least 0, not 'fast'" in refusal(training, group, "lr", "'fast'")
        assert "NameError" in refusal(training, group, "lr", "nope")
        assert "cannot be changed" in refusal(training, group, "params", "[]")
        if kind == "adam":
            assert assign(training, group, "betas", "(0.8, 0.9)")["value"] == "(0.8, 0.9)"
            assert "from 0 up to" in refusal(training, group, "betas", "(0.8, 1)")
            assert "2 numbers" in refusal(training, group, "betas", "0.8")
            assert "True or False" in refusal(training, group, "amsgrad", "1")
        else:
            assert assign(training, group, "momentum", "0")["value"] == "0.0"
            assert assign(training, group, "nesterov", "False")["value"] == "False"
        said = changes(training)[0]
        assert said["name"] == "optimizer.param_groups[0]['lr']"
        assert (said["kind"], said["before"], said["after"], said["step"]) == ("value", before, "0.1", 4)
        training.go()
        training.engine.send({"type": "gear", "gated": False, "kinds": [], "snapshotBytes": 0, "grace": 30})
        run = training.end()
    assert run.series("lr/0")[4] == 0.1


def test_a_learning_rate_in_a_tensor_is_set_in_place():
    with held(SCRIPT, "adam") as training:
        training.evaluate("kept = optimizer.param_groups[0]['lr'] = torch.tensor(0.25)")
        group = training.open(training.ask("roots", frame=0)["optimizer"], "optimizer")["param_groups[0]"]
        assert assign(training, group["reference"], "lr", "0.5")["value"] == "0.5 (tensor)"
        assert value(training, "kept is optimizer.param_groups[0]['lr'] and kept.item()") == "0.5"


def test_variables_of_the_script_go_on_with_their_new_values():
    alone = good(trained_alone(SCRIPT)).printed
    with held(SCRIPT, at=1) as training:
        local = training.ask("roots", frame=training.frame("train"))["locals"]
        module = training.ask("roots", frame=training.frame("<module>"))["locals"]
        assert assign(training, local, "rate", "count * 2.5")["value"] == "7.5"
        training.evaluate("count = 11")
        variables = training.children(local)
        assign(training, variables["config"]["reference"], "width", "17")
        assign(training, variables["slotted"]["reference"], "left", "5")
        assign(training, variables["many"]["reference"], "[999]", "-1")
        assign(training, variables["table"]["reference"], "249", "'new'")
        assert assign(training, module, "scale", "3.0")["value"] == "3.0"
        settings = training.children(module)["settings"]["reference"]
        assign(training, settings, "'depth'", "4")
        assert value(training, "(many[-1], table[249])", frame=training.frame("train")) == "(-1, 'new')"
        assert "cannot be changed" in refusal(training, local, "model", "None")
        said = [(each["name"], each.get("before"), each.get("after")) for each in changes(training)]
        run = training.end()
    assert ("rate", "0.5", "7.5") in said and ("count = 11", None, None) in said
    assert ("many[999]", "999", "-1") in said and ("settings['depth']", "3", "4") in said
    expected = list(alone["rest"])
    expected[0:2], expected[11:13] = [7.5, 11], [5, 17]
    assert run.printed["rest"] == expected
    assert (run.printed["scale"], run.printed["settings"]["depth"]) == (3.0, 4)
    assert run.printed["losses"][:2] == alone["losses"][:2] != run.printed["losses"][2:4]


def test_statements_at_the_top_of_a_module():
    with held("steady.py", 3) as training:
        training.evaluate("steps = 4")
        training.evaluate("def twice(it): return it * steps")
        assert value(training, "twice(2)", "repl") == "8"
        training.evaluate("del pause")
        assert training.fails("pause", "watch").startswith("NameError")
        training.evaluate("pause = 0.0")
        training.evaluate("model(x); torch.optim.SGD(model.parameters(), lr=1.0)")
        run = training.end()
    assert run.steps() == 3 and run.stdout.splitlines()[-1] == "finally"
    assert len(run.of("optimizer")) == 2 and run.of("validation") == []
