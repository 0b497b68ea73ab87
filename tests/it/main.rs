//! Everything that is the server's behaviour, seen on real servers: a module for each domain.

mod lab;
