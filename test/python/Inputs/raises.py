"""An exception of a kind, with a text."""


def raises(kind, text, function):
    try:
        function()
    except kind as error:
        assert text in str(error), f"expected '{text}' in: {error}"
        return
    raise AssertionError(f"no {kind.__name__} with '{text}'")
