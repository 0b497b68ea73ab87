//! IP addresses in texts: servers put them behind names, as in `Error connecting to db1:27017 (10.0.0.9:27017)`.

use std::net::{IpAddr, Ipv4Addr};

/// What each address is called instead: the same everywhere.
#[derive(Default)]
pub(super) struct Addresses(Vec<IpAddr>);

impl Addresses {
    /// Puts a word where an address stands by itself; its port stays.
    pub(super) fn hide(&mut self, text: &str) -> String {
        let mut hidden = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(is_part) {
            let (before, found) = rest.split_at(start);
            let (run, after) = found.split_at(found.find(|letter| !is_part(letter)).unwrap_or(found.len()));
            hidden.push_str(before);
            let alone =
                !hidden.chars().next_back().is_some_and(is_of_a_word) && !after.starts_with(is_of_a_word);
            rest = after;
            match address(run).filter(|_| alone) {
                Some((address, port)) => {
                    hidden.push_str(&self.instead(address));
                    hidden.push_str(port);
                    // The zone of a link-local address names a network card.
                    if let Some(zone) = after.strip_prefix('%') {
                        rest = zone.trim_start_matches(is_of_a_word);
                    }
                }
                None => hidden.push_str(run),
            }
        }
        hidden.push_str(rest);
        hidden
    }

    fn instead(&mut self, address: IpAddr) -> String {
        let place = self.0.iter().position(|known| *known == address).unwrap_or_else(|| {
            self.0.push(address);
            self.0.len() - 1
        });
        format!("address-{}", place + 1)
    }
}

fn is_part(letter: char) -> bool {
    letter.is_ascii_hexdigit() || letter == ':' || letter == '.'
}

fn is_of_a_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '-'
}

/// The address at the start of what may be one, and what stands behind it.
fn address(run: &str) -> Option<(IpAddr, &str)> {
    // Servers write ` :: caused by`.
    if !run.contains(|letter: char| letter.is_ascii_hexdigit()) {
        return None;
    }
    let end = run.trim_end_matches(['.', ':']);
    if let Ok(address) = end.parse() {
        return Some((address, &run[end.len()..]));
    }
    let host = &end[..end.find(':')?];
    host.parse::<Ipv4Addr>().ok().map(|address| (address.into(), &run[host.len()..]))
}
