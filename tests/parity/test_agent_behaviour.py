"""What google-adk's own unit tests say of agents, as cases of ours."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from adkconf.agents import BaseAgent, LlmAgent, LoopAgent, ParallelAgent, SequentialAgent
from adkconf.models.llm_response import LlmResponse
from adkconf.runners import InMemoryRunner
from tests.conftest import Replies, says

CALLBACK_FIELDS = (
    "before_agent_callback",
    "after_agent_callback",
    "before_model_callback",
    "after_model_callback",
    "before_tool_callback",
    "after_tool_callback",
)


class Mood(BaseModel):
    word: str


async def state_after(agent: BaseAgent) -> dict[str, Any]:
    runner = InMemoryRunner(agent=agent)
    await runner.run_debug("hi", quiet=True)
    session = await runner.session_service.get_session(
        app_name=runner.app_name, user_id="debug_user_id", session_id="debug_session_id"
    )
    assert session is not None
    return session.state


# Clones


def test_clone_takes_a_tree_along_and_leaves_the_first_one_alone() -> None:
    leaf = LlmAgent(name="leaf", instruction="Rustle.")
    tree = LoopAgent(
        name="tree",
        max_iterations=5,
        sub_agents=[SequentialAgent(name="branch", sub_agents=[leaf])],
    )
    copy = tree.clone({"name": "copy"})
    below = copy.sub_agents[0].sub_agents[0]
    assert (copy.name, copy.max_iterations, tree.name) == ("copy", 5, "tree")
    assert below is not leaf
    assert isinstance(below, LlmAgent)
    assert below.instruction == "Rustle."
    assert below.root_agent is copy
    assert leaf.root_agent is tree


@pytest.mark.parametrize("kind", [LlmAgent, SequentialAgent, ParallelAgent, LoopAgent])
@pytest.mark.parametrize("update", [None, {}])
def test_clone_is_of_the_same_kind(kind: type[BaseAgent], update: Any) -> None:
    agent = kind(name="a", description="d")
    copy = agent.clone(update)
    assert type(copy) is kind
    assert (copy.name, copy.description) == ("a", "d")
    assert copy is not agent


def test_clone_keeps_every_option() -> None:
    options = {
        "instruction": "i",
        "global_instruction": "g",
        "include_contents": "none",
        "disallow_transfer_to_parent": True,
        "disallow_transfer_to_peers": True,
        "output_key": "k",
    }
    copy = LlmAgent(name="a", **options).clone()
    assert {name: getattr(copy, name) for name in options} == options


def test_clone_has_lists_of_its_own_with_the_same_items() -> None:
    def act(**_: Any) -> None:
        """Acts."""

    fields: dict[str, Any] = {name: [act] for name in CALLBACK_FIELDS}
    agent = LlmAgent(name="a", **fields)
    copy = agent.clone()
    for name in CALLBACK_FIELDS:
        assert getattr(copy, name) == [act]
        assert getattr(copy, name) is not getattr(agent, name)


def test_clone_may_have_other_sub_agents() -> None:
    old, new = LlmAgent(name="old"), LlmAgent(name="new")
    tree = SequentialAgent(name="tree", sub_agents=[old])
    copy = tree.clone({"sub_agents": [new]})
    assert (copy.sub_agents, new.parent_agent) == ([new], copy)
    assert (tree.sub_agents, old.parent_agent) == ([old], tree)


@pytest.mark.parametrize("field", ["nonsense", "parent_agent"])
def test_clone_refuses_fields_there_are_none_of(field: str) -> None:
    with pytest.raises(ValueError, match=field):
        LlmAgent(name="a").clone({field: None})


# What an answer leaves in the state


async def test_parts_of_an_answer_are_one_value() -> None:
    whole = says("Hello ")
    whole.parts += says("world").parts + says("!").parts
    model = Replies(steps=[LlmResponse(content=whole)])
    state = await state_after(LlmAgent(name="a", model=model, output_key="k"))
    assert state == {"k": "Hello world!"}


@pytest.mark.parametrize("nothing", ["", "  ", "\n"])
async def test_empty_answer_breaks_no_schema(nothing: str) -> None:
    model = Replies(steps=[LlmResponse(content=says(nothing))])
    agent = LlmAgent(name="a", model=model, output_key="k", output_schema=Mood)
    assert await state_after(agent) == {}


async def test_answer_of_somebody_else_is_not_saved() -> None:
    model = Replies(steps=[[("transfer_to_agent", {"agent_name": "b"})], "from b"])
    below = LlmAgent(name="b", model=model)
    assert (
        await state_after(LlmAgent(name="a", model=model, output_key="k", sub_agents=[below])) == {}
    )


async def test_answer_of_a_callback_before_the_agent_is_saved() -> None:
    def cached(callback_context: Any) -> Any:
        return says("cached")

    agent = LlmAgent(
        name="a", model=Replies(steps=["x"]), output_key="k", before_agent_callback=cached
    )
    assert await state_after(agent) == {"k": "cached"}


# Callbacks in lists


@pytest.mark.parametrize("kind", ["before_agent", "after_agent", "before_model", "after_model"])
@pytest.mark.parametrize(
    ("answers", "called", "said"),
    [
        ([None, None], 2, None),
        ([None, "two"], 2, "two"),
        (["one", "two"], 1, "one"),
    ],
)
@pytest.mark.parametrize("is_async", [False, True])
async def test_callbacks_are_asked_until_one_answers(
    kind: str, answers: list[str | None], called: int, said: str | None, is_async: bool
) -> None:
    asked: list[int] = []

    def callback(number: int, text: str | None) -> Any:
        def answer(**_: Any) -> Any:
            asked.append(number)
            content = says(text) if text else None
            return LlmResponse(content=content) if content and "model" in kind else content

        async def later(**given: Any) -> Any:
            return answer(**given)

        return later if is_async else answer

    fields: dict[str, Any] = {
        f"{kind}_callback": [callback(number, text) for number, text in enumerate(answers)]
    }
    runner = InMemoryRunner(agent=LlmAgent(name="a", model=Replies(steps=["ok"]), **fields))
    events = await runner.run_debug("hi", quiet=True)
    assert asked == list(range(called))
    assert events[-1].content is not None
    assert events[-1].content.parts[0].text == (said or "ok")


# Transfers, as they go on with the next message


def _tree(root: list[Any], **kinds: Any) -> LlmAgent:
    below = [make(name) for name, make in kinds.items()]
    return LlmAgent(name="root", model=Replies(steps=root), sub_agents=below)


def _llm(*steps: Any, **fields: Any) -> Any:
    return lambda name: LlmAgent(name=name, model=Replies(steps=list(steps)), **fields)


def _inside(kind: type[BaseAgent], *texts: str, **fields: Any) -> Any:
    def make(name: str) -> BaseAgent:
        children = [_llm(text)(f"{name}_{number}") for number, text in enumerate(texts)]
        return kind(name=name, sub_agents=children, **fields)

    return make


GO = [("transfer_to_agent", {"agent_name": "sub"})]


@pytest.mark.parametrize(
    ("sub", "first", "then"),
    [
        (_llm("s1", "s2"), ["s1"], ["s2"]),
        (
            _llm("s1", disallow_transfer_to_parent=True, disallow_transfer_to_peers=True),
            ["s1"],
            ["root again"],
        ),
        (_inside(SequentialAgent, "a", "b"), ["a", "b"], ["root again"]),
        (_inside(LoopAgent, "a", max_iterations=2), ["a", "a"], ["root again"]),
    ],
)
async def test_who_answers_after_a_transfer(sub: Any, first: list[str], then: list[str]) -> None:
    runner = InMemoryRunner(agent=_tree([GO, "root again"], sub=sub))

    async def said(message: str) -> list[Any]:
        events = await runner.run_debug(message, quiet=True)
        return [p.text for e in events for p in e.content.parts if p.text]

    assert await said("one") == first
    assert await said("two") == then
