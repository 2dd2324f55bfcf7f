"""What is held about a person: shown, handed over, erased; and how long anything is kept."""

from starlette.routing import Route

from commentsvc.rights.ask_data import ask_data
from commentsvc.rights.erase_data import erase_data
from commentsvc.rights.export_data import export_data
from commentsvc.rights.show_data import show_data
from commentsvc.rights.show_privacy import show_privacy
from commentsvc.web.problem_page import errors_as_pages

routes = [
    Route("/privacy", errors_as_pages(show_privacy)),
    Route("/own/data", errors_as_pages(show_data), methods=["GET"]),
    Route("/own/data", errors_as_pages(ask_data), methods=["POST"]),
    Route("/own/data/export", errors_as_pages(export_data), methods=["POST"]),
    Route("/own/data/erase", errors_as_pages(erase_data), methods=["POST"]),
]
