//! Turns the parts of a comment that rustdoc would take for Rust code into text. Otherwise rustdoc compiles
//! them and runs them as tests.
//!
//! rustdoc compiles indented text, and fences without a language. So indented text gets fences around it, and
//! such a fence gets the language `text`. All other lines stay as they are.
//!
//! This module follows the blocks of CommonMark 0.31, sections 4 and 5, as far as code depends on them. Where
//! containers make it hard to tell, text is shown rather than compiled.

/// The largest number of list items that begin on one line.
const NESTED: usize = 8;

/// The lines of a comment in which rustdoc sees no code.
pub(super) fn without_code(lines: Vec<String>) -> Vec<String> {
    let mut reader = Reader::default();
    // rustdoc removes the indentation that all lines share.
    let indent = |line: &String| line.len() - line.trim_start().len();
    let margin = lines.iter().filter(|line| !line.is_empty()).map(indent).min().unwrap_or(0);
    lines.iter().for_each(|line| reader.line(line.get(margin..).unwrap_or_default()));
    reader.leave();
    reader.out
}

#[derive(Default)]
struct Reader {
    out: Vec<String>,
    /// The column at which the content of each open list item begins.
    lists: Vec<usize>,
    block: Block,
    /// Empty lines whose place is not known yet. They may be inside of indented text, or behind it.
    blanks: usize,
}

/// The block that is open after the last line.
#[derive(Default)]
enum Block {
    #[default]
    Nothing,
    /// A paragraph. Indented lines continue it.
    Paragraph,
    /// Indented text, in fences that we added.
    Indented,
    Fence {
        sign: char,
        len: usize,
    },
    /// HTML that ends with this text.
    Html(&'static str),
    /// HTML, a quotation, a table or a footnote, which ends with an empty line.
    Foreign,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let text = line.trim_start();
        if text.is_empty() {
            return self.blank();
        }
        let indent = line.len() - text.len();
        if indent < self.offset() && matches!(self.block, Block::Fence { .. } | Block::Html(_)) {
            // The list item ends here, and the block ends with it.
            self.leave();
        }
        match self.block {
            Block::Fence { sign, len } => {
                if indent < self.offset() + 4 && closes(text, sign, len) {
                    self.block = Block::Nothing;
                }
                self.out.push(line.to_owned());
            }
            Block::Html(end) => {
                if text.to_ascii_lowercase().contains(end) {
                    self.block = Block::Nothing;
                }
                self.out.push(line.to_owned());
            }
            Block::Foreign => self.foreign(indent, text),
            Block::Nothing | Block::Paragraph | Block::Indented => self.begin(indent, line),
        }
    }

    fn blank(&mut self) {
        match self.block {
            Block::Indented => self.blanks += 1,
            Block::Paragraph | Block::Foreign => {
                self.block = Block::Nothing;
                self.out.push(String::new());
            }
            Block::Nothing | Block::Fence { .. } | Block::Html(_) => self.out.push(String::new()),
        }
    }

    /// Reads a line that may begin a block.
    fn begin(&mut self, indent: usize, line: &str) {
        let text = line.trim_start();
        if matches!(self.block, Block::Indented) && indent < self.offset() + 4 {
            self.leave();
        }
        let paragraph = matches!(self.block, Block::Paragraph);
        let kept = self.lists.iter().take_while(|offset| **offset <= indent).count();
        let interrupts = kept < self.lists.len() || marker(text).is_some_and(Marker::interrupts);
        let item = marker(text).filter(|_| !paragraph || interrupts);
        if !paragraph || item.is_some() || begins(text) {
            self.lists.truncate(kept);
        }
        let inside = indent.saturating_sub(self.offset());
        if inside > 3 {
            return if paragraph { self.out.push(line.to_owned()) } else { self.indented(line) };
        }
        if paragraph && is_underline(text) && kept >= self.lists.len() {
            self.block = Block::Nothing;
            return self.out.push(line.to_owned());
        }
        match item {
            Some(marker) => self.item(indent, text, marker),
            None => {
                let text = self.content(text);
                self.out.push(format!("{}{text}", " ".repeat(indent)));
            }
        }
    }

    /// Reads the first line of a list item, which may be inside of other items on the same line.
    fn item(&mut self, indent: usize, mut text: &str, mut marker: Marker) {
        let mut line = " ".repeat(indent);
        self.block = Block::Nothing;
        for _ in 0..NESTED {
            let rest = text[marker.len..].trim_start();
            let spaces = text.len() - marker.len - rest.len();
            // With more spaces this would be indented text.
            let spaces = if spaces > 4 { 1 } else { spaces };
            line.push_str(&text[..marker.len]);
            line.push_str(&" ".repeat(spaces));
            self.lists.push(line.len());
            text = rest;
            match self::marker(text) {
                Some(inner) => marker = inner,
                None => break,
            }
        }
        let content = self.content(text);
        // One item more than the limit is text.
        line.push_str(if self::marker(text).is_some() { "\\" } else { "" });
        line.push_str(&content);
        self.out.push(line);
    }

    /// The text of a line inside of its containers, changed so that it cannot be code.
    fn content(&mut self, text: &str) -> String {
        if let Some((sign, len)) = opener(text) {
            self.block = Block::Fence { sign, len };
            let (fence, language) = text.split_at(len);
            return format!("{fence}{}", if is_foreign(language.trim()) { language.trim() } else { "text" });
        }
        let end = html(text);
        self.block = match end {
            Some(end) if !text.to_ascii_lowercase().contains(end) => Block::Html(end),
            None if text.starts_with(['<', '>']) || text.starts_with("[^") || is_table(text) => {
                Block::Foreign
            }
            None if !text.is_empty() && !begins(text) => Block::Paragraph,
            Some(_) | None => Block::Nothing,
        };
        match self.block {
            Block::Paragraph if is_empty_item(text) => tame(text),
            Block::Paragraph | Block::Html(_) => text.to_owned(),
            Block::Nothing | Block::Foreign | Block::Indented | Block::Fence { .. } => tame(text),
        }
    }

    /// Reads a line that may stand in blocks of its own, or in none.
    fn foreign(&mut self, indent: usize, text: &str) {
        let margin = " ".repeat(indent.min(3));
        let escape = if html(text).is_some() || marker(text).is_some() { "\\" } else { "" };
        self.out.push(format!("{margin}{escape}{}", tame(text)));
    }

    fn indented(&mut self, line: &str) {
        if !matches!(self.block, Block::Indented) {
            self.leave();
            self.block = Block::Indented;
            self.out.push(format!("{}```text", " ".repeat(self.offset())));
        }
        self.out.extend(std::iter::repeat_n(String::new(), std::mem::take(&mut self.blanks)));
        self.out.push(line.to_owned());
    }

    /// Ends the open block.
    fn leave(&mut self) {
        let margin = " ".repeat(self.offset());
        match std::mem::take(&mut self.block) {
            Block::Indented => self.out.push(format!("{margin}```")),
            Block::Fence { sign, len } => {
                self.out.push(format!("{margin}{}", String::from(sign).repeat(len)));
            }
            Block::Nothing | Block::Paragraph | Block::Html(_) | Block::Foreign => {}
        }
        self.out.extend(std::iter::repeat_n(String::new(), std::mem::take(&mut self.blanks)));
    }

    fn offset(&self) -> usize {
        self.lists.last().copied().unwrap_or(0)
    }
}

/// Whether the beginning of a line ends a paragraph.
fn begins(text: &str) -> bool {
    text.starts_with(['#', '>', '<']) || is_rule(text) || opener(text).is_some()
}

/// The text, changed so that no code begins in it, whatever stands before it.
fn tame(text: &str) -> String {
    let escape = if is_empty_item(text) { "\\" } else { "" };
    let text = text.replace("```", "\\```").replace("~~~", "\\~~~").replace("    ", " ").replace("    ", " ");
    format!("{escape}{text}")
}

/// Whether this is the sign of a list item that is still empty.
fn is_empty_item(text: &str) -> bool {
    let sign = text.trim_end().trim_start_matches(|c: char| c.is_ascii_digit());
    matches!(sign, "-" | "*" | "+" | "." | ")")
}

/// Whether this is the line below the head of a table.
fn is_table(text: &str) -> bool {
    text.contains('|') && text.contains('-') && text.chars().all(|c| matches!(c, '-' | ':' | '|' | ' '))
}

/// The sign at the start of a list item.
#[derive(Clone, Copy)]
struct Marker {
    len: usize,
    place: Place,
}

/// The places where an item may begin.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Anywhere,
    /// Not in a paragraph, because the item's number is not 1.
    BetweenBlocks,
}

impl Marker {
    fn interrupts(self) -> bool {
        self.place == Place::Anywhere
    }
}

fn marker(text: &str) -> Option<Marker> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let signs: &[char] = if digits == 0 { &['-', '*', '+'] } else { &['.', ')'] };
    let rest = text.get(digits..)?.strip_prefix(signs)?;
    if digits > 9 || is_rule(text) || !rest.starts_with(' ') || rest.trim().is_empty() {
        return None;
    }
    let first = digits == 0 || text[..digits].parse() == Ok(1);
    let place = if first { Place::Anywhere } else { Place::BetweenBlocks };
    Some(Marker { len: digits + 1, place })
}

/// The sign and the length of a fence that begins here.
fn opener(text: &str) -> Option<(char, usize)> {
    let sign = text.chars().next().filter(|sign| matches!(sign, '`' | '~'))?;
    let len = text.chars().take_while(|c| *c == sign).count();
    (len > 2 && (sign == '~' || !text[len..].contains('`'))).then_some((sign, len))
}

fn closes(text: &str, sign: char, len: usize) -> bool {
    text.chars().take_while(|c| *c == sign).count() >= len && text.trim_end().chars().all(|c| c == sign)
}

/// Whether this is a language other than Rust that rustdoc knows.
fn is_foreign(language: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '-' | '_');
    let rust = [
        "rust",
        "should_panic",
        "no_run",
        "ignore",
        "test_harness",
        "compile_fail",
        "standalone",
        "edition",
        "custom",
    ];
    !language.is_empty()
        && language.chars().all(word)
        && !rust.iter().any(|known| language.to_ascii_lowercase().starts_with(known))
        && !language.strip_prefix('E').is_some_and(|code| code.bytes().all(|c| c.is_ascii_digit()))
}

/// Whether this is a line of three or more `-`, `*` or `_`.
fn is_rule(text: &str) -> bool {
    let signs: Vec<char> = text.chars().filter(|c| *c != ' ').collect();
    let is_sign = |sign: &char| matches!(sign, '-' | '*' | '_') && Some(sign) == signs.first();
    signs.len() > 2 && signs.iter().all(is_sign)
}

/// Whether this line makes a heading of the paragraph above it.
fn is_underline(text: &str) -> bool {
    let text = text.trim_end();
    text.chars().all(|c| c == '=') || (text.len() > 1 && text.chars().all(|c| c == '-'))
}

/// The end of an HTML block that may contain empty lines, if one begins here.
fn html(text: &str) -> Option<&'static str> {
    let blocks = [
        ("<pre", "</pre>"),
        ("<script", "</script>"),
        ("<style", "</style>"),
        ("<textarea", "</textarea>"),
        ("<!--", "-->"),
        ("<?", "?>"),
        ("<![cdata[", "]]>"),
    ];
    let text = text.to_ascii_lowercase();
    blocks.into_iter().find(|(begin, _)| text.starts_with(begin)).map(|(_, end)| end)
}

#[cfg(test)]
mod tests {
    use super::without_code;

    /// Reads lines that are joined by `|`, and joins the result.
    fn read(text: &str) -> String {
        without_code(text.split('|').map(str::to_owned).collect()).join("|")
    }

    #[test]
    fn indented_text_gets_fences_and_keeps_its_lines() {
        for (text, expected) in [
            ("a||    b;|    c {}||d", "a||```text|    b;|    c {}|```||d"),
            ("a||    b||    c|d", "a||```text|    b||    c|```|d"),
            ("a|    b", "a|    b"),
            ("    b|a", "```text|    b|```|a"),
            ("    all|     of it", "all| of it"),
            ("# a|    b", "# a|```text|    b|```"),
            ("* a||  b||      c", "* a||  b||  ```text|      c|  ```"),
            ("1. a|   * b||     c||         d", "1. a|   * b||     c||     ```text|         d|     ```"),
            ("-     a", "- a"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn fences_of_rust_are_of_text_and_every_fence_ends() {
        for (text, expected) in [
            ("```|a|```", "```text|a|```"),
            ("```rust|a|```", "```text|a|```"),
            ("```rust,ignore|a|```", "```text|a|```"),
            ("~~~ no_run|a|~~~", "~~~text|a|~~~"),
            ("```json|a|```", "```json|a|```"),
            ("``` c++|a|```", "```c++|a|```"),
            ("````|```|````", "````text|```|````"),
            ("```|a", "```text|a|```"),
            ("* a|  ```|  b|c", "* a|  ```text|  b|  ```|c"),
            ("* ```rust|  a|  ```", "* ```text|  a|  ```"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_may_be_in_a_block_of_another_kind_begins_no_code() {
        for (text, expected) in [
            ("> a|> ```|> b", "> a|> \\```|> b"),
            (">     a", ">  a"),
            ("<div>|    a||    b", "<div>|   a||```text|    b|```"),
            ("<pre>|    a||    b|</pre>", "<pre>|    a||    b|</pre>"),
            ("[^1]: a|    ```", "[^1]: a|   \\```"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        for text in [
            "a|b|c",
            "See [books][1] and <https://example.com>.||[1]: https://example.com",
            "* a|* b|  more||1) c|2) d",
            "a|* b|    c|d",
            "Title|=====||text;|fn {}",
            "a `code` and ``` inline ``` b",
        ] {
            assert_eq!(read(text), text);
        }
    }
}
