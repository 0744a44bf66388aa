def first():
    return None


def second():
    return None


def agent():
    return None
