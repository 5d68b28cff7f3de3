"""What a held training shows of itself: stack, optimizer, model, batch, hardware, variables of every kind."""

import re

import pytest
from held import held
from support import at, good, line_of, trained_alone

SCRIPT = "inspected.py"


@pytest.fixture(scope="module")
def training():
    with held(SCRIPT, at=2, cold=True) as found:
        yield found


@pytest.fixture(scope="module")
def roots(training):
    return training.ask("roots", frame=training.frame("train"))


@pytest.fixture(scope="module")
def variables(training, roots):
    return training.children(roots["locals"])


def inside(training, variables, *names):
    return training.open(variables[names[0]]["reference"], *names[1:])


def lines(found):
    return {name: each["value"] for name, each in found.items()}


def test_the_stack_is_the_users_innermost_first(training):
    stack = training.ask("stack", start=0, levels=0)
    frames = stack["frames"]
    assert [each["name"] for each in frames] == ["train", "main", "<module>"]
    assert at(frames[0]["source"]) == line_of(SCRIPT, "step")
    assert {each["kind"] for each in frames} == {"user"} and stack["total"] == 3
    page = training.ask("stack", start=1, levels=1)
    assert page == {"frames": frames[1:2], "total": 3}


def test_the_optimizer(training, roots):
    optimizer = training.children(roots["optimizer"])["optimizer"]
    assert optimizer["value"] == "Adam · lr 0.025, 0.005 · 6 parameters"
    groups = training.children(optimizer["reference"])
    assert set(groups) == {"param_groups[0]", "param_groups[1]", "schedule", "state"}
    options = training.children(groups["param_groups[0]"]["reference"])
    assert lines(options) == {
        "lr": "0.025",
        "betas": "(0.9, 0.999)",
        "eps": "1e-08",
        "weight_decay": "0",
        "amsgrad": "False",
        "initial_lr": "0.05",
        "params": "4 tensors",
    }
    assert options["lr"]["editable"] and options["betas"]["editable"]
    assert options["lr"]["evaluateName"] == "optimizer.param_groups[0]['lr']"
    assert training.evaluate(options["lr"]["evaluateName"], "watch")["value"] == "0.025"
    state = training.children(groups["state"]["reference"])
    assert list(state)[-1] == "head.bias"
    assert re.fullmatch(r"step 2 · exp_avg norm \S+ · exp_avg_sq norm \S+", state["head.bias"]["value"])
    schedule = training.children(groups["schedule"]["reference"])
    assert (schedule["calls"]["value"], schedule["gamma"]["value"]) == ("2", "0.5")
    assert schedule["last learning rate"]["value"] == "0.025, 0.005"


def test_the_model(training, roots):
    model = training.children(roots["model"])
    assert lines(model)["body"] == "Sequential · 176 parameters · training"
    assert model["head"]["evaluateName"] == "model.head"
    head = training.children(model["head"]["reference"])
    number = r"[\d.]+(e-\d+)?"
    told = rf"float32 \[3, 16\] cpu · norm {number} · gradient {number} · update {number} · 0 non-finite"
    assert re.fullmatch(told, head["weight"]["value"])
    weight = training.children(head["weight"]["reference"])
    numbers = ["min", "max", "mean", "std", "norm", "non-finite", "histogram"]
    assert list(weight) == ["data", "gradient", "gradient norm", "update ratio", *numbers]
    assert re.fullmatch(r"[▁▂▃▄▅▆▇█]{16} \[\S+, \S+\]", weight["histogram"]["value"])
    for name, expression in {
        "norm": "model.head.weight.norm().item()",
        "gradient norm": "model.head.weight.grad.norm().item()",
        "min": "model.head.weight.min().item()",
        "std": "model.head.weight.std(unbiased=False).item()",
    }.items():
        exact = float(training.evaluate(expression, "watch")["value"])
        assert float(weight[name]["value"]) == pytest.approx(exact, rel=1e-3)
    norm = training.open(model["body"]["reference"], "1")
    assert norm["num_batches_tracked"]["value"].startswith("3 ")
    assert norm["running_mean"]["evaluateName"] == "model.body[1].running_mean"
    config = training.open(model["attributes"]["reference"], "config")
    assert lines(config) == {"width": "16", "name": "'small'"}


def test_the_batch(training, roots):
    batch = training.children(roots["batch"])
    assert list(batch) == ["x", "factor", "cross_entropy"]
    assert batch["x"]["value"].startswith("float32 [12, 8] cpu · [[")
    target = training.open(batch["cross_entropy"]["reference"], "target")
    assert (target["min"]["value"], target["max"]["value"], target["dtype"]["value"]) == ("0", "2", "int64")
    loss = training.evaluate("loss.item()", "watch")["value"]
    assert float(batch["cross_entropy"]["value"]) == pytest.approx(float(loss), rel=1e-3)


def test_the_hardware(training, roots):
    hardware = lines(training.children(roots["hardware"]))
    assert hardware["threads"].startswith("1 within")
    assert re.fullmatch(r"[\d.]+ (M|G)iB", hardware["process memory"])
    assert "cuda:0" not in hardware


def test_values_on_one_line(variables):
    found = lines(variables)
    assert found["rate"] == "0.5" and found["table"].startswith("{0: '0', 1: '1'")
    assert found["words"].endswith("(5000 long)") and len(found["words"]) <= 200
    assert found["many"] == "[0, 1, 2, 3, 4, 5, …] (1000)"
    assert found["keys"] == "{(1, 2): 'tuple', None: 'none', 'text': 'text', <Mode.FAST: 1>: 1}"
    assert found["pair"] == "(1, list (2)) Pair (2)"
    assert found["generator"] == "<generator numbers>" and variables["generator"]["reference"] == 0
    assert found["half"] == "float32 [4] cpu · [1, nan, inf, -2] · -2 … 1 · 2 non-finite"
    assert "requires grad" in found["loss"]
    assert all(len(each) <= 200 and "\n" not in each for each in found.values())
    assert variables["rate"]["editable"] and "editable" not in variables["many"]


def test_a_repr_that_raises_hangs_or_is_huge(training, variables):
    odd = lines(inside(training, variables, "odd"))
    assert odd["'raises'"] == "<ValueError: no repr>"
    assert "takes longer" in odd["'hangs'"]
    assert len(odd["'huge'"]) == 200 and odd["'huge'"].endswith("…")
    assert odd["'dishonest'"] == "<__main__.Dishonest>"


def test_objects(training, variables):
    assert lines(inside(training, variables, "counted")) == {"kept": "[1, 2]"}
    assert lines(inside(training, variables, "slotted")) == {"left": "4"}
    assert lines(inside(training, variables, "pair")) == {"first": "1", "second": "[2, 3]"}
    assert lines(inside(training, variables, "queue")) == {"[0]": "1", "[1]": "2"}
    assert sorted(lines(inside(training, variables, "group")).values()) == ["1", "2", "3"]
    assert lines(inside(training, variables, "globals"))["scale"] == "2.0"


def test_keys_of_any_type(training, variables):
    keys = inside(training, variables, "keys")
    assert list(keys) == ["(1, 2)", "None", "'text'", "<Mode.FAST: 1>"]
    assert keys["(1, 2)"]["evaluateName"] == "keys[(1, 2)]"
    assert "evaluateName" not in keys["<Mode.FAST: 1>"]


def test_pages(training, variables):
    table = variables["table"]
    assert (table["named"], table["indexed"]) == (0, 250)
    page = training.children(table["reference"], start=200, count=3, filter="indexed")
    assert lines(page) == {"200": "'200'", "201": "'201'", "202": "'202'"}
    many = training.children(variables["many"]["reference"], start=998, count=10, filter="indexed")
    assert list(many) == ["[998]", "[999]"]


def test_a_tensor_is_summarised_first_and_paged(training, variables):
    grid = variables["grid"]
    summary = training.children(grid["reference"], filter="named")
    assert len(summary) == grid["named"] and grid["indexed"] == 200
    assert lines(summary)["shape"] == "[200, 3]" and lines(summary)["max"] == "599"
    page = training.children(grid["reference"], start=198, count=5, filter="indexed")
    assert list(page) == ["[198]", "[199]"]
    row = training.children(page["[199]"]["reference"], filter="indexed")
    assert lines(row) == {"[0]": "597", "[1]": "598", "[2]": "599"}
    whole = training.children(grid["reference"], start=0, count=grid["named"] + 2)
    assert list(whole)[-2:] == ["[0]", "[1]"]
    loss = training.children(variables["loss"]["reference"])
    assert loss["grad_fn"]["value"] == "NllLossBackward0"


def test_a_large_tensor_is_sampled_and_says_so(training, variables):
    large = variables["large"]
    count = int(re.search(r"\(sampled (\d+)\)", large["value"])[1])
    assert 10_000 < count <= 65_536
    wide = lines(training.children(variables["wide"]["reference"], filter="named"))
    assert wide["norm"].startswith("547.7 (sampled")
    rows = training.children(large["reference"], start=500, count=2, filter="indexed")
    assert list(rows) == ["[500]", "[501]"]


def test_arrays_of_numpy(training, variables):
    assert variables["array"]["value"] == "float64 [3, 4] · 0 … 11"
    array = inside(training, variables, "array")
    assert lines(array)["mean"] == "5.5"
    assert inside(training, variables, "array", "[2]")["[3]"]["value"] in ("11.0", "np.float64(11.0)")


def test_globals_of_a_module(training):
    found = training.children(training.ask("roots", frame=training.frame("<module>"))["locals"])
    assert found["scale"]["value"] == "2.0" and found["settings"]["evaluateName"] == "settings"
    assert "__name__" not in found and "torch" not in found
    assert "torch" in training.children(found["definitions"]["reference"])


def test_looking_computes_nothing_of_the_script(training):
    assert training.evaluate("Counted.calls", "watch")["value"] == "0"


def look(training, reference, depth):
    if reference and depth:
        for each in training.ask("variables", reference=reference, count=40)["variables"]:
            look(training, each["reference"], depth - 1)


def test_looking_at_everything_changes_nothing():
    alone = good(trained_alone(SCRIPT))
    with held(SCRIPT) as training:
        for gate in range(3):
            training.hold(gate) if gate else None
            for frame in training.ask("stack", start=0, levels=0)["frames"]:
                for reference in training.ask("roots", frame=frame["id"]).values():
                    look(training, reference, 3)
            for expression in ("torch.randn(3)", "np.random.rand()", "random.random()", "model.training"):
                training.evaluate(expression, "watch")
            training.ask("completions", text="model.", column=6, frame=0)
            assert training.ask("forensics") is None
        run = training.end()
    assert run.printed == alone.printed
    assert run.stderr == alone.stderr
    assert run.disabled() == [] and run.of("change") == [] and run.of("validation") == []


def test_references_and_frames_are_refused_when_training_has_gone_on():
    with held(SCRIPT) as training:
        frame = training.frame("train")
        reference = training.ask("roots", frame=frame)["locals"]
        training.hold(1)
        assert "gone on" in training.refused("variables", reference=reference)
        assert "gone on" in training.refused("roots", frame=frame)
        assert training.ask("roots", frame=training.frame("train"))["locals"] > reference
        training.end()
