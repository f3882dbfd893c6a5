use super::*;
use serde::Deserialize;
use serde_json::{Value, json};

/// Asserts that the parser and serde_json read the same value, or both refuse the text.
fn agrees<T: for<'de> Deserialize<'de> + PartialEq + fmt::Debug>(text: &str) {
    let mut parser = Parser::new(text);
    let ours = T::deserialize(&mut parser).and_then(|value| parser.end().map(|()| value));
    let theirs = serde_json::from_str::<T>(text);
    assert_eq!(ours.ok(), theirs.ok(), "{text}");
}

/// Compares both on any value, first when it is read, then when it is passed over.
fn agrees_on(text: &str) {
    agrees::<Value>(text);
    let mut parser = Parser::new(text);
    let ours = de::IgnoredAny::deserialize(&mut parser).and_then(|_| parser.end());
    assert_eq!(ours.is_ok(), serde_json::from_str::<de::IgnoredAny>(text).is_ok(), "ignored: {text}");
}

#[test]
fn numbers_are_read_as_serde_json_reads_them() {
    let wholes = ["0", "1", "10", "01", "00", "9007199254740992", "9007199254740993", "9999999999999999999"];
    let large =
        ["18446744073709551615", "18446744073709551616", "9223372036854775808", "9223372036854775809"];
    let strange =
        ["", "+1", "1_0", "0x10", "NaN", "Infinity", "1٠", "18446744073709551615000000000000000000000000"];
    let ends = [
        "",
        ".",
        ".0",
        ".25",
        ".1",
        ".5e",
        "e",
        "e0",
        "E+2",
        "e-2",
        "e22",
        "e23",
        "e-400",
        "e400",
        "e99999999999",
        "e-99999999999",
        ".0000000000000000000000000001",
        ".123456789012345678901234567890",
        ".1e-5",
        ". 1",
        " .1",
        ".e1",
        "e1.5",
        "e+",
        "-",
        "..1",
        "f",
    ];
    for whole in wholes.iter().chain(&large).chain(&strange) {
        for end in ends {
            for sign in ["", "-", "--", "- "] {
                let text = format!("{sign}{whole}{end}");
                agrees_on(&text);
                agrees_on(&format!(" [ {text} , {text}]"));
                agrees::<f64>(&text);
            }
        }
    }
    for bits in (0..4000).map(|n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15)) {
        let number = f64::from_bits(bits);
        agrees_on(&format!("{number:?}"));
        agrees_on(&format!("{}", f64::from(number as f32)));
        agrees_on(&format!("{}.{}", bits >> 40, bits & 0xffff));
    }
}

#[test]
fn strings_are_read_as_serde_json_reads_them() {
    let parts = [
        "a",
        "\\\"",
        "\\\\",
        "\\/",
        "\\b\\f\\n\\r\\t",
        "\\u0041",
        "\\u00e9",
        "\\ud83e\\udd80",
        "\\ud83e",
        "\\udd80",
        "\\ud83e\\u0041",
        "\\ud83e\\ud83e",
        "\\ud83e\\n",
        "\\u12",
        "\\u+123",
        "\\x",
        "\\",
        "\\é",
        "é",
        "🦀",
        "\u{7f}",
        "\u{1f}",
        "\n",
        "\u{0}",
        "\"",
        "",
        "\\uD83E\\uDD80",
        "\\uffff",
        "\\u0000",
    ];
    for part in parts {
        for before in 0..18 {
            for after in ["", "z", "\\n", "zzzzzzzz"] {
                let text = format!("\"{}{part}{after}\"", "x".repeat(before));
                agrees_on(&text);
                agrees_on(&format!("{{{text}:{text}}}"));
                agrees_on(&text[..text.len() - 1]);
            }
        }
    }
}

#[test]
fn every_text_cut_short_or_changed_is_read_as_serde_json_reads_it() {
    let whole = json!({
        "a": [1, -2.5, true, false, null, "x\"y", [], {}, [[1], {"b": {"c": "é"}}]], "": {"d\n": 1e3}, "e": "",
    });
    for text in [whole.to_string(), format!(" {whole:#} \r\n")] {
        agrees_on(&text);
        for (at, _) in text.char_indices() {
            let (before, after) = text.split_at(at);
            agrees_on(before);
            agrees_on(after);
            let rest = after.strip_prefix(|_: char| true).unwrap_or_default();
            for change in
                ["", "[", "]", "{", "}", ",", ":", "\"", "0", "-", "\\", " ", "n", "\u{b}", "\u{a0}"]
            {
                agrees_on(&format!("{before}{change}{rest}"));
                agrees_on(&format!("{before}{change}{after}"));
            }
        }
    }
}

#[test]
fn as_many_levels_are_read_as_serde_json_reads() {
    for levels in [1, 126, 127, 128, 129, 300] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
            agrees_on(&format!("{}1{}", open.repeat(levels), close.repeat(levels)));
            agrees_on(&open.repeat(levels));
        }
    }
    // A value that is passed over may nest to any depth.
    let text = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(de::IgnoredAny::deserialize(&mut Parser::new(&text)).map(drop), Ok(()));
}

#[test]
fn words_and_absent_values_are_read_as_serde_json_reads_them() {
    let word = |text: &str| {
        agrees_on(text);
        agrees::<Option<bool>>(text);
        agrees::<bool>(text);
        agrees::<Option<String>>(text);
        agrees::<Vec<bool>>(text);
    };
    for text in ["null", "true", "false", "Null", "True", "1", "\"a\"", "[]", "[true, false]"] {
        (0..=text.len()).for_each(|end| word(&text[..end]));
        word(&format!("{text}l"));
        word(&format!(" {text} "));
    }
}
