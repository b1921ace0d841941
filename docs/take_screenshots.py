"""Makes the README's pictures from a running demo.

./setup/demo --serve                       # in one terminal
./setup/python docs/take_screenshots.py    # in another
"""

from pathlib import Path

from playwright.sync_api import sync_playwright

ODOO = "http://127.0.0.1:8069"
IMAGES = Path(__file__).parent / "images"
SIZE = {"width": 1366, "height": 768}

# name: (address, what to click before the picture is taken)
PICTURES = {
    "dashboard": ("/odoo/integration-dashboard", None),
    "order-answer": ("/odoo/purchase-orders/1", "a[name='acknowledgement']"),
    "match-worksheet": ("/odoo/vendor-bills/1", "a[name^='three_way_match']"),
    "match-decide": ("/odoo/match-decide", None),
    "holds": ("/odoo/match-holds", None),
    "policy": ("/odoo/match-policies", "tr.o_data_row:has-text('Draft') td[name='name']"),
    "audit": ("/odoo/integration-audit", None),
    "exception": ("/odoo/integration-exceptions", "tr.o_data_row td[name='summary']"),
    "endpoint": ("/odoo/integration-endpoints/1", None),
    "onboarding": ("/odoo/integration-endpoints/1", "button[name='action_onboarding']"),
}


def main():
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport=SIZE)
        _log_in(page)
        for name, (address, click) in PICTURES.items():
            page.goto(ODOO + address)
            page.wait_for_selector(".o_control_panel")
            if click:
                page.locator(click).first.click()
            page.wait_for_timeout(1500)  # charts draw themselves
            page.screenshot(path=IMAGES / f"{name}.png")
        browser.close()


def _log_in(page):
    page.goto(f"{ODOO}/web/login")
    page.fill("input[name='login']", "admin")
    page.fill("input[name='password']", "admin")
    page.click("button[type='submit']")
    page.wait_for_selector(".o_web_client")


main()
