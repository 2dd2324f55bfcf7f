"""Where the links of a body lead."""

from commentsvc.domain.links import hrefs, link_domains

ONE = ["a", {"href": "https://www.one.example/a"}, "here"]
TWO = ["em", ["a", {"href": "http://two.example"}, "there"]]
MAIL = ["a", {"href": "mailto:ada@Three.Example"}, "write"]
AGAIN = ["a", {"href": "https://one.example/b"}, "again"]
TREE = [["p", "Look ", ONE, " and ", TWO], ["p", MAIL, AGAIN, ["br"]]]


def test_each_address_comes_in_the_order_in_which_it_stands() -> None:
    assert list(hrefs(TREE)) == [
        "https://www.one.example/a",
        "http://two.example",
        "mailto:ada@Three.Example",
        "https://one.example/b",
    ]


def test_each_host_counts_once_and_mail_by_its_domain() -> None:
    assert link_domains(TREE) == {"one.example", "two.example", "three.example"}


def test_a_body_without_links_has_none() -> None:
    assert link_domains([["p", "Words.", ["x", {"title": "no address"}]]]) == set()


def test_a_deep_tree_is_no_trouble() -> None:
    deep: list[object] = ["a", {"href": "https://deep.example"}]
    for _ in range(50_000):
        deep = ["em", deep]
    assert link_domains(deep) == {"deep.example"}
