"""The fields of a request as a model: right names, right types, nothing more."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from commentsvc.domain.errors import InvalidInputError, UnknownFieldError

Model = TypeVar("Model", bound=BaseModel)

_TYPE_SENTENCES = {
    "missing": "This field is missing.",
    "string_type": "This must be a text.",
    "bool_type": "This must be true or false.",
    "no_scope": "This must be true, false, none, replies or thread.",  # told by the submission's own check
}


def typed(model: type[Model], fields: dict[str, Any]) -> Model:
    """The fields of a request as this model.

    Raises:
        UnknownFieldError: There is one that does not exist (400).
        InvalidInputError: One is missing or of the wrong type (422).
    """
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise refusal(error) from None


def refusal(error: ValidationError) -> UnknownFieldError | InvalidInputError:
    """What to answer to fields that a model does not take."""
    problems = {".".join(map(str, each["loc"])): each["type"] for each in error.errors(include_input=False)}
    unknown = {name: "There is no such field." for name, kind in problems.items() if kind == "extra_forbidden"}
    if unknown:
        return UnknownFieldError(fields=unknown)
    return InvalidInputError(
        fields={name: _TYPE_SENTENCES.get(kind, "This cannot be used.") for name, kind in problems.items()}
    )
