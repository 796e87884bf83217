//! Writes an answer as the lines that stand under a statement.

use quorate_cql::literal;
use quorate_cql::types::CqlType;

use super::reply::Reply;

/// Appends the lines of one page.
pub(crate) fn write(reply: &Reply, lines: &mut Vec<String>) {
    match reply {
        Reply::Done => lines.push("ok".to_owned()),
        Reply::Error { code, message } => lines.push(one_line(&format!("error {code:04x} {message}"))),
        Reply::Rows { columns, rows, .. } => {
            let first_page = lines.is_empty();
            if first_page {
                let heads = columns.iter().map(|(name, ty)| format!("{name} {}", without_frozen(&ty.to_string())));
                lines.push(one_line(&heads.collect::<Vec<_>>().join(" | ")));
            }
            for row in rows {
                let cells = columns.iter().zip(row).map(|((_, ty), cell)| value(ty, cell.as_deref()));
                lines.push(one_line(&cells.collect::<Vec<_>>().join(" | ")));
            }
        }
    }
}

fn value(ty: &CqlType, cell: Option<&[u8]>) -> String {
    match cell {
        None => "null".to_owned(),
        Some([]) if !matches!(ty, CqlType::Ascii | CqlType::Text | CqlType::Blob) => "empty".to_owned(),
        Some(bytes) => literal::format(ty, bytes),
    }
}

fn one_line(text: &str) -> String {
    text.replace('\n', "\\n").replace('\r', "\\r")
}

/// A type's name with every `frozen<…>` replaced by what it encloses: the protocol does not tell what is frozen.
fn without_frozen(name: &str) -> String {
    const OPEN: &str = "frozen<";
    let Some(start) = name.find(OPEN) else {
        return name.to_owned();
    };
    let (before, inside) = (&name[..start], &name[start + OPEN.len()..]);
    let mut depth = 1_usize;
    let close = inside.find(|character| {
        depth = match character {
            '<' => depth + 1,
            '>' => depth - 1,
            _ => depth,
        };
        depth == 0
    });
    let (enclosed, after) = inside.split_at(close.unwrap_or(inside.len()));
    without_frozen(&format!("{before}{enclosed}{}", after.strip_prefix('>').unwrap_or(after)))
}
