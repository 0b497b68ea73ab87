//! The lab on real processes.
