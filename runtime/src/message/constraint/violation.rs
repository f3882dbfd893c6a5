//! One field that is wrong, and why.

/// A field of the request that is wrong, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldViolation {
    /// The path of the field, such as `lines[2].quantity` or `tags["k"]`.
    pub field: String,
    /// The fault, in words for a developer. The text follows the field's name.
    pub description: String,
    /// The word by which a program can tell the fault, in `UPPER_SNAKE_CASE`. A constraint has its name, such as `MAX_LEN`.
    pub reason: String,
}
