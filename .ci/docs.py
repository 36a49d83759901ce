"""Write the pages of the documentation that are generated from the code: `make docs`."""

from pages.all import PAGES


def main() -> None:
    """Write each page to its place."""
    for path, page in PAGES.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
