"""What every page needs beside its own context."""


def page(request):
    return {}
