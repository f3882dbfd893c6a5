//! The only place where polywire derives one name from another.
//!
//! | from | to | by |
//! |---|---|---|
//! | `get_book` | `GetBook` (rpc), `GetBookRequest`, `GetBookResponse` | [`pascal`], [`request`], [`response`] |
//! | `order_id` | `orderId` (JSON) | [`json`] |
//! | `Genre::ScienceFiction` | `GENRE_SCIENCE_FICTION` | [`enum_value`] |
//! | `Missing` (variant) | `missing` (oneof field) | [`snake`] |
//! | `BookService` | `BookServiceServer`, `BookServiceClient` | [`server`], [`client`] |
//! | `get_book` | `GET_BOOK` (static) | [`constant`] |
//! | `books.v1`, `BookService`, `GetBook` | `/books.v1.BookService/GetBook` | [`path`] |

/// The field that carries a return value when this is not a message.
pub const RESULT_FIELD: &str = "result";

/// Turns `get_book` into `GetBook`. A word in pascal case stays.
pub fn pascal(snake: &str) -> String {
    snake.split('_').filter(|word| !word.is_empty()).map(capitalized).collect()
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Turns `ScienceFiction` into `science_fiction`. Digits stay with the word before them.
pub fn snake(pascal: &str) -> String {
    let mut out = String::with_capacity(pascal.len() + 4);
    let chars: Vec<char> = pascal.chars().collect();
    for (i, c) in chars.iter().enumerate() {
        if c.is_uppercase() {
            let after_lower = i > 0 && !chars[i - 1].is_uppercase() && chars[i - 1] != '_';
            let before_lower =
                i > 0 && chars.get(i + 1).is_some_and(|n| n.is_lowercase()) && chars[i - 1] != '_';
            if after_lower || before_lower {
                out.push('_');
            }
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// Turns `order_id` into `orderId`, by protobuf's rule: it drops each underscore and capitalises the next
/// letter.
pub fn json(field: &str) -> String {
    let mut out = String::with_capacity(field.len());
    let mut upper = false;
    for c in field.chars() {
        if c == '_' {
            upper = true;
        } else if upper {
            out.push(c.to_ascii_uppercase());
            upper = false;
        } else {
            out.push(c);
        }
    }
    out
}

/// Turns `Genre` and `ScienceFiction` into `GENRE_SCIENCE_FICTION`, with the prefix that the style guide asks
/// for.
pub fn enum_value(name: &str, variant: &str) -> String {
    format!("{}_{}", snake(name).to_uppercase(), snake(variant).to_uppercase())
}

/// The zero value of an enum that declares none.
pub fn enum_unspecified(name: &str) -> String {
    enum_value(name, "Unspecified")
}

/// Turns `get_book` into `GetBookRequest`.
pub fn request(method: &str) -> String {
    format!("{}Request", pascal(method))
}

/// Turns `get_book` into `GetBookResponse`.
pub fn response(method: &str) -> String {
    format!("{}Response", pascal(method))
}

/// Turns `BookService` into `BookServiceServer`.
pub fn server(service: &str) -> String {
    format!("{service}Server")
}

/// Turns `BookService` into `BookServiceClient`.
pub fn client(service: &str) -> String {
    format!("{service}Client")
}

/// Turns `get_book` into `GET_BOOK`.
pub fn constant(method: &str) -> String {
    snake(method).to_uppercase()
}

/// Joins `books.v1` and `BookService` to `books.v1.BookService`.
pub fn service(package: &str, name: &str) -> String {
    if package.is_empty() { name.to_owned() } else { format!("{package}.{name}") }
}

/// The path of a method on gRPC, Connect and plain HTTP.
pub fn path(package: &str, name: &str, method: &str) -> String {
    format!("/{}/{method}", service(package, name))
}

/// The name of a nested message: `BookError` and `Missing` become `BookError.Missing`.
pub fn nested(outer: &str, inner: &str) -> String {
    format!("{outer}.{inner}")
}

/// Whether the text is one protobuf identifier.
pub fn is_word(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether the text is a protobuf package: words with dots between them.
pub fn is_package(text: &str) -> bool {
    text.split('.').all(is_word)
}

/// The type that stands for a variant's fields: `Missing` becomes `__Missing`, so that no user's type hides
/// it.
#[cfg(feature = "rust")]
pub(crate) fn hidden(variant: &proc_macro2::Ident) -> proc_macro2::Ident {
    use syn::ext::IdentExt;
    quote::format_ident!("__{}", variant.unraw())
}

/// The borrowed twin of [`hidden`]: `__MissingRef`.
#[cfg(feature = "rust")]
pub(crate) fn hidden_ref(variant: &proc_macro2::Ident) -> proc_macro2::Ident {
    quote::format_ident!("{}Ref", hidden(variant))
}

/// The name of the `.proto` file of a package.
pub fn proto_file(package: &str) -> String {
    if package.is_empty() { "polywire.proto".to_owned() } else { format!("{package}.proto") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_table() {
        assert_eq!(pascal("get_book"), "GetBook");
        assert_eq!(pascal("http2_ping"), "Http2Ping");
        assert_eq!(snake("ScienceFiction"), "science_fiction");
        assert_eq!(snake("HTTPServer"), "http_server");
        assert_eq!(snake("already_snake"), "already_snake");
        assert_eq!(json("order_id"), "orderId");
        assert_eq!(json("foo__bar_"), "fooBar");
        assert_eq!(enum_value("Genre", "ScienceFiction"), "GENRE_SCIENCE_FICTION");
        assert_eq!(path("", "A", "B"), "/A/B");
        assert_eq!(path("books.v1", "BookService", "GetBook"), "/books.v1.BookService/GetBook");
    }
}
