//! Reads a script: what is kept as it is, directives, and statements. Earlier answers are left out.

/// A stretch of a script.
#[derive(Debug)]
pub(crate) enum Part {
    /// A comment or an empty line.
    Kept(String),
    /// A `--!` line.
    Directive(String, Directive),
    /// The lines of a statement, and the statement without its `;`.
    Statement(String, String),
}

/// What a `--!` line asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Directive {
    /// Read the next statement in pages of so many rows.
    Page(i32),
    /// Let so many milliseconds pass.
    Wait(u64),
}

impl Part {
    /// The part as it stands in the file.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Kept(text) | Self::Directive(text, _) | Self::Statement(text, _) => text,
        }
    }
}

/// Splits a script into its parts, or answers the line that breaks the format and why.
pub(crate) fn parse(text: &str) -> Result<Vec<Part>, (usize, &'static str)> {
    let mut parts = Vec::new();
    let mut open = String::new();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        if let Some(directive) = line.strip_prefix("--!") {
            let directive = parse_directive(directive.trim()).ok_or((number, "unknown directive"))?;
            parts.push(Part::Directive(format!("{line}\n"), directive));
        } else if line.starts_with("--") {
            if !open.is_empty() {
                return Err((number, "an answer inside a statement"));
            }
        } else if open.is_empty() && (line.trim().is_empty() || line.starts_with("//")) {
            parts.push(Part::Kept(format!("{line}\n")));
        } else {
            open.push_str(line);
            open.push('\n');
            if let Some(statement) = open.trim_end().strip_suffix(';') {
                parts.push(Part::Statement(open.clone(), statement.to_owned()));
                open.clear();
            }
        }
    }
    if open.is_empty() { Ok(parts) } else { Err((text.lines().count(), "a statement without its `;`")) }
}

fn parse_directive(text: &str) -> Option<Directive> {
    let (name, value) = text.split_once(' ')?;
    match name {
        "page" => value.parse().ok().map(Directive::Page),
        "wait" => value.parse().ok().map(Directive::Wait),
        _ => None,
    }
}
