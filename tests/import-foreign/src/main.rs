//! Emits the imported schemas: `import-foreign FOLDER` writes each set's `.proto` files to a folder of its
//! own.

use polywire::Schema;
use std::path::PathBuf;
use std::{env, fs, io};

macro_rules! sets {
    ($($set:ident: $($path:path),+;)*) => {
        $(mod $set {
            include!(concat!(env!("OUT_DIR"), "/", stringify!($set), ".rs"));
        })*

        /// One a package of each set.
        fn schemas() -> Vec<(&'static str, Schema)> {
            vec![$($((stringify!($set), $path())),+),*]
        }
    };
}

sets! {
    connect: connect::connectrpc::conformance::v1::schema;
    library: library::google::example::library::v1::schema;
    messages: messages::protobuf_test_messages::proto3::schema, messages::protobuf_test_messages::editions::proto3::schema;
    grpc: grpc::grpc::testing::schema;
    sample: sample::google::firestore::v1::schema, sample::envoy::service::discovery::v3::schema;
}

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or_else(|| io::Error::other("usage: import-foreign FOLDER"))?;
    for (set, schema) in schemas() {
        let folder = folder.join(set);
        fs::create_dir_all(&folder)?;
        for (file, text) in schema.protos() {
            fs::write(folder.join(&file), text)?;
            fs::write(folder.join(file).with_extension("bin"), schema.descriptor_set())?;
        }
    }
    Ok(())
}
