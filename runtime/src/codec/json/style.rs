//! Which JSON style is being written. serde hands no state down, so the style is a thread-local, set for the length
//! of one encode; outside of one it is canonical.

use polywire_codegen::model::JsonStyle;
use std::cell::Cell;

thread_local! {
    static STYLE: Cell<JsonStyle> = const { Cell::new(JsonStyle::CANONICAL) };
}

/// Runs `write` with a style.
pub(crate) fn styled<T>(style: JsonStyle, write: impl FnOnce() -> T) -> T {
    struct Restore(JsonStyle);
    impl Drop for Restore {
        fn drop(&mut self) {
            STYLE.set(self.0);
        }
    }
    let _restore = Restore(STYLE.replace(style));
    write()
}

pub(super) fn current() -> JsonStyle {
    STYLE.get()
}
