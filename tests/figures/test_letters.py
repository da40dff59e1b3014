from rnndash.figures.letters import CANDIDATES, LETTER_NAMES, LETTER_STYLES


def test_letters_of_one_cell_differ_by_colour_dash_and_marker():
    for letters in ("hcifgo", "hrzn"):
        for part in ("light", "dark", "marker"):
            assert len({getattr(LETTER_STYLES[letter], part) for letter in letters}) == len(letters)


def test_each_letter_has_a_name_and_a_look():
    assert LETTER_NAMES.keys() == LETTER_STYLES.keys()
    assert set(CANDIDATES) <= LETTER_NAMES.keys()
