"""The key file, as this process may have it."""

from commentsvc.settings import Settings, SettingsError
from commentsvc.vault.key_file import load, load_or_create
from commentsvc.vault.keys import KeyRing


def keys_of_role(settings: Settings) -> KeyRing:
    """The keys in the file that the settings name; made at the first start, but never by a public process.

    Raises:
        KeyFileError: The file cannot be used.
        SettingsError: A public process was given none, or one with private keys.
    """
    if not settings.is_public:
        return load_or_create(settings.key_file)
    if not settings.key_file.exists():
        raise SettingsError(
            f"There is no key file {settings.key_file}. With COMMENTSVC_ROLE=public none is made: run `commentsvc key "
            "export --public FILE` where the whole key file is, and put that file here."
        )
    ring = load(settings.key_file)
    if ring.may_open:
        raise SettingsError(
            f"The key file {settings.key_file} holds private keys, which a process with COMMENTSVC_ROLE=public must "
            "not have. Run `commentsvc key export --public FILE` where the whole key file is, put that file here, and "
            "take this one away."
        )
    return ring
