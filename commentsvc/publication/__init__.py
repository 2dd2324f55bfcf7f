"""What readers see: threads, counts, feeds, and the page that needs no JavaScript."""

from starlette.routing import Route

from commentsvc.publication.count_comments import count_comments
from commentsvc.publication.find_anchor import find_anchor
from commentsvc.publication.list_recent import list_recent
from commentsvc.publication.read_thread import read_replies, read_thread
from commentsvc.publication.show_fragment import show_fragment
from commentsvc.publication.show_page import show_page
from commentsvc.publication.write_feed import write_feed
from commentsvc.web.problem_page import errors_as_pages

routes = [
    Route("/api/v1/thread", read_thread),
    Route("/api/v1/replies", read_replies),
    Route("/api/v1/counts", count_comments),
    Route("/api/v1/recent", list_recent),
    Route("/api/v1/anchors", find_anchor),
    Route("/feed", write_feed),
    Route("/fragment", show_fragment),
    Route("/read", errors_as_pages(show_page)),
]
