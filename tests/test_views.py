"""What only one view of a model has, in a real browser: single doses that are left out, a parameter that is swept."""

from __future__ import annotations

from browser_tools import Site, Visit, chromium, visit
from live_tools import meet
from playwright.sync_api import expect

__all__ = ["chromium", "visit"]


def test_a_single_dose_is_left_out_by_its_box(site: Site, visit: Visit) -> None:
    live = meet(visit(site, "figures/plasma-level/index.html"), "plasma-level")
    box = live.root.get_by_role("checkbox", name="Dose 6, 40 h")
    expect(box).to_be_checked()
    live.scrubber.press("End")
    live.ready("14 doses are told", lambda: "doses so far: 14" in live.text("now"))
    box.press("Space")
    live.ready("13 doses are told", lambda: "doses so far: 13" in live.text("now"))
    [doses] = [trace["x"] for trace in live.traces if trace["role"] == "doses"]
    assert 40 not in doses and len(doses) == 13
    live.button("One dose a day").press("Enter")
    expect(live.root.get_by_role("checkbox", name="Dose 2, 24 h")).to_be_checked()
    expect(live.root.get_by_role("checkbox")).to_have_count(5)
    live.button("Reset the figure").press("Enter")
    expect(live.root.get_by_role("checkbox")).to_have_count(14)


def test_a_scan_speaks_the_parameter(site: Site, visit: Visit) -> None:
    live = meet(visit(site, "figures/dwell-time-scan/index.html"), "dwell-time-scan")
    live.button("Next step").click()
    live.button("Next step").click()
    expect(live.scrubber).to_have_attribute("aria-valuetext", "dwell time 5.2 s")
