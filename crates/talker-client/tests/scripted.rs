//! The client against a server that says what the test tells it to.

mod scripted {
    //! One file for each thing that is tried, and the server's end.

    mod accounts;
    mod acks;
    mod connection;
    mod delivery;
    mod peer;
    mod sending;
}
