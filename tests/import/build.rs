//! Imports every case of `proto/`.

use polywire_codegen::import::Import;

fn main() -> Result<(), polywire_codegen::import::Error> {
    let cases = [
        "types/types.proto",
        "names/names.proto",
        "names/words.proto",
        "library/library.proto",
        "other/other.proto",
        "rules/rules.proto",
        "bare.proto",
    ];
    let import = cases
        .iter()
        .fold(Import::new().include("proto"), |import, case| import.file(format!("proto/{case}")));
    import.run().map(drop)
}
