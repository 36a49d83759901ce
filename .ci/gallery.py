"""Write the gallery, three rows of each table of a data folder: `make gallery`."""

import argparse
from pathlib import Path

from pages.gallery import gallery_page

from r1data.store.store import open_store

PAGE = Path("docs/gallery.md")


def main() -> None:
    """Write the page from the data folder that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", default=Path("data/demo"))
    parser.add_argument("--to", type=Path, default=PAGE)
    asked = parser.parse_args()
    asked.to.write_text(gallery_page(open_store(asked.data)), encoding="utf-8")


if __name__ == "__main__":
    main()
