import pytest

from commentsvc.vault.derive_key import derive_key

# RFC 5869 appendix A: test cases 1 to 3, the first 32 bytes of the output.
CASES = [
    (
        bytes.fromhex("0b" * 22),
        bytes.fromhex("000102030405060708090a0b0c"),
        bytes.fromhex("f0f1f2f3f4f5f6f7f8f9"),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf",
    ),
    (
        bytes(range(0x50)),
        bytes(range(0x60, 0xB0)),
        bytes(range(0xB0, 0x100)),
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c",
    ),
    (bytes.fromhex("0b" * 22), None, b"", "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"),
]


@pytest.mark.parametrize(("secret", "salt", "info", "expected"), CASES, ids=["A.1", "A.2", "A.3"])
def test_keys_are_those_of_the_standard(secret: bytes, salt: bytes | None, info: bytes, expected: str) -> None:
    key = derive_key(secret, info=info) if salt is None else derive_key(secret, info=info, salt=salt)

    assert key.hex() == expected
