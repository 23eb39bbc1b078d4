"""``python -m tests.asvs`` writes the summary into README.md."""

from tests.asvs.summary import write

if __name__ == "__main__":
    write()
