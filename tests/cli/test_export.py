import datasets


def test_an_export_opens_with_its_card_and_every_row(made_once, tmp_path):
    said = made_once("export", "sft/sft_mixture", "--to", str(tmp_path / "out"))
    opened = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))[
        "train"
    ]
    rows = made_once.store.table("sft/sft_mixture").read()
    assert opened["rollout_id"] == rows["rollout_id"].to_list()
    assert f"{rows.height:,} rows" in said
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert f"r1data run --recipe {made_once.recipe} --select sft/sft_mixture" in card
