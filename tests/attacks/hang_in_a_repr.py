"""Shows an object whose repr, class and attributes hang: interrupted, and what comes after is judged."""

EARNS = "all"


class Endless:
    def __repr__(self):
        while True:
            pass

    def __getattr__(self, name):
        while True:
            pass


Endless()
