//! Names, purposes and remarks of generated people. Some are awkward on purpose: real names have
//! apostrophes, commas, quotes and letters beyond ASCII, and one of them is `NULL`.

pub(super) const FIRST_NAMES: [&str; 36] = [
    "Aiko",
    "Amara",
    "Ana",
    "Anna",
    "Björn",
    "Carlos",
    "Chen",
    "David",
    "Elena",
    "Emma",
    "Fatima",
    "François",
    "Grace",
    "Hana",
    "Ines",
    "Ivan",
    "James",
    "Jan",
    "José",
    "Kofi",
    "Lars",
    "Leila",
    "Liam",
    "Lucía",
    "Maria",
    "Mei",
    "Mohammed",
    "Noah",
    "Olga",
    "Priya",
    "Rahul",
    "Sara",
    "Sofia",
    "Thabo",
    "Yuki",
    "Zoë",
];

pub(super) const LAST_NAMES: [&str; 36] = [
    "Abe",
    "Adeyemi",
    "Andersson",
    "Bauer",
    "Brown",
    "Chen",
    "Costa",
    "Dubois",
    "Evans",
    "Fischer",
    "García",
    "Haddad",
    "Ivanova",
    "Jansen",
    "Johnson",
    "Kim",
    "Kowalski",
    "Kumar",
    "Lee",
    "Lopez",
    "Martin",
    "Meyer",
    "Müller",
    "Nguyễn",
    "Novak",
    "Okafor",
    "O'Neil",
    "Patel",
    "Rossi",
    "Sato",
    "Silva",
    "Singh",
    "Smith",
    "Tanaka",
    "Weiß",
    "Wong",
];

/// Seldom ones.
pub(super) const AWKWARD_LAST_NAMES: [&str; 4] = ["King, Jr.", "Dwayne \"Rocky\" Stone", "NULL", "van der Berg-Łoś"];

pub(super) const ORG_TYPES: [&str; 6] =
    ["Primary care", "Hospital", "Outpatient clinic", "Telehealth", "Urgent care", "Specialist practice"];

pub(super) const ORG_NAMES: [&str; 12] = [
    "Lakeside",
    "Northgate",
    "St. Mary's",
    "Riverside",
    "Central",
    "Harbour",
    "Greenfield",
    "Summit",
    "Old Town",
    "Parkview",
    "Sunrise",
    "Meridian",
];

pub(super) const OFFERINGS: [&str; 6] = [
    "Evening hours from Monday",
    "Video visits, every day",
    "Free first consultation",
    "Check-up week",
    "Travel vaccinations",
    "A second opinion within two days",
];

pub(super) const ACCOUNT_TYPES: [&str; 3] = ["monthly subscription", "pay-as-you-visit", "family plan"];

pub(super) const DEGREES: [&str; 4] = ["M.D.", "D.O.", "MBBS", "Dr. med."];

pub(super) const SCHOOLS: [&str; 6] =
    ["Harvard", "NUS", "Charité", "Universidade de São Paulo", "Karolinska", "University of Cape Town"];

/// What a visit is for and what it costs, in units of the currency.
pub(super) const PURPOSES: [(&str, u64); 12] = [
    ("Check-up", 80),
    ("Cough and fever", 60),
    ("Back pain", 95),
    ("Follow-up", 45),
    ("Skin rash", 75),
    ("Prescription renewal", 25),
    ("Headache, since a week", 70),
    ("Vaccination", 35),
    ("Blood pressure", 55),
    ("Sleep problems", 90),
    ("Allergy test", 140),
    ("Patient says: \"tired\"", 65),
];

pub(super) const COMMENTS: [&str; 6] = [
    "Never again",
    "Long wait, short visit",
    "As expected",
    "Friendly and clear",
    "Excellent care.\nWill come back.",
    "The doctor said \"take a walk\", it helped",
];
