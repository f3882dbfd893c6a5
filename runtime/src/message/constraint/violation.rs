//! One field that is wrong, and why.

/// A field of the request that is wrong, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldViolation {
    /// The path of the field, such as `lines[2].quantity` or `tags["k"]`.
    pub field: String,
    /// What is wrong with it, for a developer; it follows the field's name.
    pub description: String,
    /// What a program can tell it by, in `UPPER_SNAKE_CASE`; of a constraint its word, such as `MAX_LEN`.
    pub reason: String,
}
