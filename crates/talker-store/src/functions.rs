//! SQL functions that both backends know by the same name.

use diesel::sql_types::{Binary, Nullable, Text};

diesel::define_sql_function! {
    /// Where `part` stands in `text`, from 1; 0 if nowhere.
    fn instr(text: Text, part: Text) -> Integer;
}

diesel::define_sql_function! {
    /// The number of bytes.
    fn length(bytes: Binary) -> BigInt;
}

diesel::define_sql_function! {
    /// The first of the two that is not null.
    #[sql_name = "coalesce"]
    fn or_else(first: Nullable<Text>, second: Text) -> Text;
}
