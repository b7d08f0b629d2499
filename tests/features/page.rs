//! The page, made of the table.

use std::fmt::Write as _;

use crate::decided::DECIDED;
use crate::seeds::SEEDS;
use crate::table::{AREAS, FEATURES, Feature};

/// The text of `docs/features.md`.
pub(crate) fn page() -> String {
    let mut page = String::from(
        "# Features\n\nWhat people in a room and their backend can do: the REST route, the WebSocket action, the event that others get, and the \
         tests that hold it\n(`tests/it`). This page is written from `tests/features`; a test holds it equal to the routes and actions that there \
         are. The fields are in\n[shared/protocol/README.md](../shared/protocol/README.md), the first steps of a backend in \
         [integrate.md](integrate.md); the costs come from\n`cargo xtask budgets`.\n",
    );
    for area in AREAS {
        let _ = write!(
            page,
            "\n## {area}\n\n| feature | REST | action | events | tests |\n|---|---|---|---|---|\n"
        );
        for feature in FEATURES.iter().filter(|feature| feature.area == *area) {
            page.push_str(&row(feature));
        }
    }
    page.push_str("\n## What the five services have\n\nEach room feature of the services whose clients Parlour serves, and where it is here; or, under \"Decided\", why it is not.\n\n");
    page.push_str("| there | here |\n|---|---|\n");
    for seed in SEEDS {
        let _ = writeln!(page, "| {} | {} |", seed.name, seed.here.join(", "));
    }
    page.push_str("\n## Decided\n\n");
    for (what, how) in DECIDED {
        let _ = writeln!(page, "- **{what}**: {how}");
    }
    page
}

fn row(feature: &Feature) -> String {
    let code = |names: &[&str]| {
        let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        if quoted.is_empty() {
            "–".to_owned()
        } else {
            quoted.join(", ")
        }
    };
    format!(
        "| {} | {} | {} | {} | {} |\n",
        feature.name,
        code(feature.routes),
        code(feature.actions),
        code(feature.events),
        code(feature.tests),
    )
}
