//! Emits what was imported: `import-foreign FOLDER` writes each set's `.proto` files to a folder of its own.

use polywire::Schema;
use std::path::PathBuf;
use std::{env, fs, io};

macro_rules! sets {
    ($($set:ident $($word:ident)::+,)*) => {
        $(mod $set {
            include!(concat!(env!("OUT_DIR"), "/", stringify!($set), ".rs"));
        })*

        fn sets() -> Vec<(&'static str, Schema)> {
            vec![$((stringify!($set), $set::$($word)::+::schema())),*]
        }
    };
}

sets! {
    connect connectrpc::conformance::v1,
    library google::example::library::v1,
    messages protobuf_test_messages::proto3,
    grpc grpc::testing,
}

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or_else(|| io::Error::other("usage: import-foreign FOLDER"))?;
    for (set, schema) in sets() {
        let folder = folder.join(set);
        fs::create_dir_all(&folder)?;
        for (file, text) in schema.protos() {
            fs::write(folder.join(file), text)?;
        }
        fs::write(folder.join("descriptors.bin"), schema.descriptor_set())?;
    }
    Ok(())
}
