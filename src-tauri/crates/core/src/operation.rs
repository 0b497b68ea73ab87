//! The list of all operations as data.

/// What an operation does to what it is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It asks.
    Reads,
    /// It writes documents, or stops and starts members.
    Changes,
}

/// How an operation answers, and through which doors it can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One outcome; through both doors.
    Call,
    /// Items and then an outcome; through both doors.
    Stream,
    /// Only in the window.
    Desktop,
}

/// One operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Its name, in snake case: that of the command and of the last part of the route.
    pub name: &'static str,
    /// What it does.
    pub effect: Effect,
    /// How it answers.
    pub kind: Kind,
}

/// The operation of this name that both doors have.
#[must_use]
pub fn operation(name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.name == name && operation.kind != Kind::Desktop)
}

macro_rules! effect {
    (reads) => {
        Effect::Reads
    };
    (changes) => {
        Effect::Changes
    };
}

macro_rules! operations {
    (
        engine { $($(#[$about:meta])* [$effect:ident] $call:ident $parameters:tt -> $outcome:ty;)* }
        lab { $($(#[$lab_about:meta])* [$lab_effect:ident] $lab:ident $lab_parameters:tt -> $lab_outcome:ty = $method:ident;)* }
        streams { $($(#[$stream_about:meta])* [$stream_effect:ident] $stream:ident $stream_parameters:tt -> $stream_outcome:ty => $item:ty;)* }
        desktop { $($desktop:ident,)* }
    ) => {
        /// Every operation there is.
        pub const OPERATIONS: &[Operation] = &[
            $(Operation { name: stringify!($call), effect: effect!($effect), kind: Kind::Call },)*
            $(Operation { name: stringify!($lab), effect: effect!($lab_effect), kind: Kind::Call },)*
            $(Operation { name: stringify!($stream), effect: effect!($stream_effect), kind: Kind::Stream },)*
            $(Operation { name: stringify!($desktop), effect: Effect::Changes, kind: Kind::Desktop },)*
        ];
    };
}

include!("operation/list.rs");

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_name_stands_for_two_operations() {
        let names: HashSet<_> = OPERATIONS.iter().map(|operation| operation.name).collect();
        assert_eq!(names.len(), OPERATIONS.len());
    }

    #[test]
    fn what_belongs_to_the_desktop_is_not_found_for_another_door() {
        assert_eq!(operation("find").map(|found| found.effect), Some(Effect::Reads));
        assert_eq!(operation("insert").map(|found| found.effect), Some(Effect::Changes));
        assert!(operation("connect").is_none() && operation("save_settings").is_none());
    }
}
