//! What each query answers and which options it takes: one table for checking, help and portal.

/// A query in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// 1 to 14.
    pub number: u8,
    /// What it answers, without a full stop.
    pub question: &'static str,
    /// Its options besides `--as-of`, which all take.
    pub options: &'static [&'static str],
}

/// All queries by number.
pub const ALL: [About; 14] = [
    About { number: 1, question: "organisations whose offering is newest", options: &["--limit", "--page"] },
    About { number: 2, question: "one customer", options: &["--customer"] },
    About {
        number: 3,
        question: "the dearest completed records of an account or a customer",
        options: &["--account", "--customer", "--limit", "--page"],
    },
    About {
        number: 4,
        question: "the doctors with most completed records, everywhere, in a region or in an organisation",
        options: &["--region", "--organisation", "--limit", "--page"],
    },
    About {
        number: 5,
        question: "what an account or a customer spent per month, with the average over three months",
        options: &["--account", "--customer", "--months"],
    },
    About {
        number: 6,
        question: "the soonest appointments of an account or a customer within a month",
        options: &["--account", "--customer", "--limit", "--page"],
    },
    About { number: 7, question: "one doctor", options: &["--doctor"] },
    About {
        number: 8,
        question: "the newest completed records of a doctor or an organisation",
        options: &["--doctor", "--organisation", "--limit", "--page"],
    },
    About {
        number: 9,
        question: "the average rating of an organisation per month",
        options: &["--organisation", "--from", "--to", "--limit", "--page"],
    },
    About { number: 10, question: "the soonest appointments of a doctor", options: &["--doctor", "--limit", "--page"] },
    About {
        number: 11,
        question: "the newest accounts, or all accounts of a customer",
        options: &["--customer", "--limit", "--page"],
    },
    About {
        number: 12,
        question: "the completed records of an organisation on each day of a year",
        options: &["--organisation", "--year"],
    },
    About { number: 13, question: "the regions with most customers", options: &["--limit", "--page"] },
    About {
        number: 14,
        question: "the doctors of an organisation by revenue",
        options: &["--organisation", "--period", "--limit", "--page"],
    },
];

/// A query by its number, if there is one.
pub fn about(number: u8) -> Option<&'static About> {
    ALL.iter().find(|about| about.number == number)
}
