//! The patterns of topic exchanges.

/// Whether a topic pattern takes a key. Dots separate words; `*` takes one word, and `#` takes any number of
/// them.
///
/// On a mismatch the last `#` takes one word more. So the work is at most the product of both lengths,
/// whatever a client sends.
pub(super) fn takes(pattern: &str, key: &str) -> bool {
    if !pattern.contains(['*', '#']) {
        return pattern == key;
    }
    let pattern: Vec<&str> = pattern.split('.').collect();
    // An empty key has no words.
    let words: Vec<&str> = if key.is_empty() { Vec::new() } else { key.split('.').collect() };
    let (mut at, mut word) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while word < words.len() {
        match pattern.get(at) {
            Some(&"#") => {
                retry = Some((at, word));
                at += 1;
            }
            Some(&part) if part == "*" || part == words[word] => {
                at += 1;
                word += 1;
            }
            _ => {
                let Some((hash, taken)) = retry else { return false };
                retry = Some((hash, taken + 1));
                at = hash + 1;
                word = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|&part| part == "#")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topic_patterns_take_what_rabbitmq_says_they_take() {
        let cases = [
            ("a.b", "a.b", true),
            ("a.b", "a.c", false),
            ("a.*", "a.b", true),
            ("a.*", "a", false),
            ("a.*", "a.b.c", false),
            ("*", "", false),
            ("#", "", true),
            ("#", "a.b.c", true),
            ("a.#", "a", true),
            ("a.#", "a.b.c", true),
            ("#.c", "a.b.c", true),
            ("#.c", "a.b.d", false),
            ("a.#.d", "a.d", true),
            ("a.#.d", "a.b.c.d", true),
            ("a.#.d", "a.d.e", false),
            ("#.b.#.b.#", "b.a.b", true),
            ("#.b.#.b.#", "b.a.a", false),
            ("*.*.#", "a", false),
            ("#.*", "a", true),
            ("a..b", "a..b", true),
            ("a.*.b", "a..b", true),
        ];
        for (pattern, key, expected) in cases {
            assert_eq!(takes(pattern, key), expected, "{pattern} takes {key}");
        }
    }

    #[test]
    fn a_hostile_key_costs_no_more_than_its_length_times_the_pattern() {
        let pattern = "#.a.".repeat(20) + "b";
        let key = "a.".repeat(2_000) + "c";
        assert!(!takes(&pattern, &key));
    }
}
