"""Words, headlines and HTML, made by chance alone; the same chance makes the same words.

Knows the shape of what newspapers put into feeds (paragraphs, links, pictures, lists, typographic quotes), not its
meaning. Its sentences come from one store of them, so that a thousand feeds are written in seconds.
"""

from __future__ import annotations

from functools import cache
from random import Random

_ONSETS = "b br c ch cl d dr f g gr h k l m n p pl r s sh st t tr v w".split()
_VOWELS = [*"a e i o u ea ai ou ie".split() * 4, "é", "ü"]
_ENDINGS = ["", "", "n", "r", "s", "l", "nd", "rt", "st", "ng", "m", "ck"]
_WORDS = 2500
_SENTENCES = 3000


@cache
def _words() -> tuple[str, ...]:
    """Make the language: words of one to three syllables, each once."""
    chance = Random("words")
    words: dict[str, None] = {}
    while len(words) < _WORDS:
        words["".join(_syllable(chance) for _ in range(chance.choice((1, 2, 2, 2, 3))))] = None
    return tuple(words)


def _syllable(chance: Random) -> str:
    return chance.choice(_ONSETS) + chance.choice(_VOWELS) + chance.choice(_ENDINGS)


@cache
def _sentences() -> tuple[str, ...]:
    chance = Random("sentences")
    return tuple(_sentence(chance) for _ in range(_SENTENCES))


def _sentence(chance: Random) -> str:
    words = chance.choices(_words(), k=chance.randint(6, 22))
    if chance.random() < 0.2:
        words[len(words) // 2] = f"“{words[len(words) // 2]}”"
    if chance.random() < 0.3:
        words[2] += ","
    return " ".join(words).capitalize() + chance.choice(("...", ".", ".", ".", "?", " – and so on."))


def headline(chance: Random) -> str:
    """Make a headline of six to ten words; two alike are all but ruled out."""
    words = chance.choices(_words(), k=chance.randint(6, 10))
    words[0] = words[0].capitalize()
    if chance.random() < 0.2:
        words[-2] = str(chance.randint(2, 4000))
    if chance.random() < 0.2:
        words[1] += "’s"
    return " ".join(words)


def name(chance: Random) -> str:
    """Make a name of two words, such as an author's or a newspaper's."""
    return " ".join(word.capitalize() for word in chance.choices(_words(), k=2))


def text(chance: Random, *, size: int) -> str:
    """Make running text of at least ``size`` characters."""
    told: list[str] = []
    while size > 0:
        told.append(chance.choice(_sentences()))
        size -= len(told[-1])
    return " ".join(told)


def html(chance: Random, *, size: int) -> str:
    """Make HTML of about ``size`` characters: paragraphs with links and emphasis, a picture, a list or a quotation."""
    blocks = [_picture(chance)] if size > 800 else []
    left = size - sum(map(len, blocks))
    while left > 0:
        blocks.append(chance.choice(_BLOCKS)(chance))
        left -= len(blocks[-1])
    return "\n".join(blocks)


def _paragraph(chance: Random) -> str:
    told = chance.choices(_sentences(), k=chance.randint(2, 5))
    told[0] = f"<strong>{told[0]}</strong>" if chance.random() < 0.1 else told[0]
    told[-1] = _link(chance, told[-1])
    return f"<p>{' '.join(told)}</p>"


def _link(chance: Random, sentence: str) -> str:
    """Link the middle of a sentence, one time in four by a relative address."""
    words = sentence.split(" ")
    start = "/" if chance.random() < 0.25 else "https://news.example/"
    words[2] = f'<a href="{start}{chance.randint(1, 10**6)}/{words[1]}?from=feed&amp;place=2">{words[2]}</a>'
    words[-3] = f"<em>{words[-3]}</em>"
    return " ".join(words)


def _picture(chance: Random) -> str:
    number = chance.randint(1, 10**6)
    return (
        f'<figure class="lead"><img src="https://images.example/{number}/large.jpg" alt="{chance.choice(_words())}"'
        f' width="620" height="372" loading="lazy" srcset="https://images.example/{number}/2x.jpg 2x"/>'
        f"<figcaption>{chance.choice(_sentences())} &copy; {name(chance)}</figcaption></figure>"
    )


def _list(chance: Random) -> str:
    return "<ul>" + "".join(f"<li>{chance.choice(_sentences())}</li>" for _ in range(4)) + "</ul>"


def _quotation(chance: Random) -> str:
    return f'<blockquote cite="https://news.example/"><p>{chance.choice(_sentences())}</p></blockquote>'


_BLOCKS = (_paragraph,) * 6 + (_list, _quotation)
