//! Certificates of a lab: an authority of its own, and one for each member.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use trivet_core::{Error, Result};

use crate::access::write_private;
use crate::folder::Folder;
use crate::plan::LabPlan;
use crate::steps::Steps;
use crate::types::LabStepKind;

/// Makes the certificates where there are none. The authority's key is not kept: a plan's members do not change.
pub(crate) fn prepare(plan: &LabPlan, folder: &Folder, steps: &Steps<'_>) -> Result<()> {
    let members = plan.ids().map(|id| folder.certificate(id));
    if folder.authority().is_file() && members.clone().all(|path| path.is_file()) {
        return Ok(());
    }
    for path in members.chain([folder.authority()]) {
        // What a start that was given up has left.
        let _ = std::fs::remove_file(path);
    }
    let step = steps.begin(
        LabStepKind::MakeCertificates,
        format!(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN={} authority' -out {}",
            plan.name,
            folder.authority().display()
        ),
    );
    let key = KeyPair::generate().map_err(failed)?;
    let authority = authority(&plan.name);
    let text = pem("CERTIFICATE", authority.self_signed(&key).map_err(failed)?.der());
    let issuer = Issuer::new(authority, key);
    step.done();
    for id in plan.ids() {
        let step = steps.begin(
            LabStepKind::MakeCertificates,
            format!(
                "openssl req -x509 -CA {} -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
                 -subj '/O={}/CN=member {id}' -addext subjectAltName=IP:127.0.0.1,DNS:localhost -out {}",
                folder.authority().display(),
                plan.name,
                folder.certificate(id).display()
            ),
        );
        let key = KeyPair::generate().map_err(failed)?;
        let certificate = member(&plan.name, id)?.signed_by(&key, &issuer).map_err(failed)?;
        let text = pem("CERTIFICATE", certificate.der()) + &pem("PRIVATE KEY", &key.serialize_der());
        write_private(&folder.certificate(id), text.as_bytes())?;
        step.done();
    }
    // Last, so that its being there says that all is.
    write_private(&folder.authority(), text.as_bytes())
}

/// Bytes as text (RFC 7468).
fn pem(label: &str, bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    // Base64 is ASCII.
    let lines: String = text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line) + "\n").collect();
    format!("-----BEGIN {label}-----\n{lines}-----END {label}-----\n")
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, format!("{name} authority"));
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// A member is a server to all others, and a client of theirs.
fn member(name: &str, id: u32) -> Result<CertificateParams> {
    let names = ["127.0.0.1".to_owned(), "localhost".to_owned()];
    let mut params = CertificateParams::new(names).map_err(failed)?;
    params.distinguished_name.push(DnType::OrganizationName, name);
    params.distinguished_name.push(DnType::CommonName, format!("member {id}"));
    params.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    Ok(params)
}

fn failed(error: rcgen::Error) -> Error {
    Error::internal(format!("A certificate cannot be made: {error}."))
}
