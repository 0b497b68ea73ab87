//! Everything that is the server's behaviour, seen on real servers: a module for each domain.

mod awkward;
mod browse;
mod catalog;
mod catalog_writes;
mod connection;
mod draft;
mod drift;
mod failover;
mod fields;
mod find;
mod lab;
mod many;
mod operations;
mod random;
mod replica;
mod rest;
mod standalone;
mod stopwatch;
mod typed;
mod undo;
mod write;
