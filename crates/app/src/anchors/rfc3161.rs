//! RFC 3161 time stamps: the request over a checkpoint, and the check of a token against certificates that are trusted.
//!
//! A token is believed when the digest in it is that of the bytes, the signed attributes name that content and the
//! signer's certificate, the signature holds, and the certificate, made for time stamping, leads to a trusted one at the
//! time stamped. Parsing is `cms` and `der`, chains and signatures are `rustls-webpki`. Times are seconds since 1970.

use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use der::asn1::{Any, AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Decode, Encode, Reader, Tag, Tagged};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use sha2::{Digest, Sha256, Sha384, Sha512};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage, anchor_from_trusted_cert};
use x509_cert::Certificate;

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
const SHA256: &str = "2.16.840.1.101.3.4.2.1";
const SHA384: &str = "2.16.840.1.101.3.4.2.2";
const SHA512: &str = "2.16.840.1.101.3.4.2.3";
/// id-kp-timeStamping, 1.3.6.1.5.5.7.3.8, without tag and length.
const TIME_STAMPING: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 8];

/// Why a token is not believed.
#[derive(Debug)]
pub enum Unproved {
    /// It holds in itself, and its signer's certificate does not lead to a trusted one; or that certificate is not known.
    Untrusted(String),
    Bad(String),
}

impl From<String> for Unproved {
    fn from(why: String) -> Self {
        Self::Bad(why)
    }
}

impl From<&str> for Unproved {
    fn from(why: &str) -> Self {
        Self::Bad(why.to_owned())
    }
}

impl std::fmt::Display for Unproved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Self::Untrusted(why) | Self::Bad(why)) = self;
        f.write_str(why)
    }
}

/// A token that holds.
#[derive(Debug)]
pub struct Token {
    pub time: i64,
    /// The subject of the certificate that signed.
    pub signer: String,
}

fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    // Short form only: a request has less than 128 bytes.
    let mut bytes = vec![tag, content.len() as u8];
    bytes.extend(content);
    bytes
}

/// A TimeStampReq with SHA-256, a nonce of eight bytes, and the wish for the certificates.
pub fn request(data: &[u8], nonce: [u8; 8]) -> Vec<u8> {
    const SHA256_OID: &[u8] = &[6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
    let algorithm = der(0x30, &[SHA256_OID, &[5, 0]]);
    let imprint = der(0x30, &[&algorithm, &der(4, &[&Sha256::digest(data)])]);
    // A first byte of 1 to 127 keeps the number positive and in its shortest form.
    let mut number = nonce;
    number[0] = number[0] % 127 + 1;
    der(0x30, &[&[2, 1, 1], &imprint, &der(2, &[&number]), &[1, 1, 0xff]])
}

/// What a token says, none of it proved yet.
struct Claim {
    imprint_algorithm: String,
    imprint: Vec<u8>,
    time: i64,
    nonce: Option<Vec<u8>>,
}

fn unreadable(what: &str) -> impl Fn(der::Error) -> String + '_ {
    move |error| format!("{what} cannot be read: {error}")
}

fn parts(bytes: &[u8]) -> der::Result<Vec<Any>> {
    AnyRef::from_der(bytes)?.sequence(|reader| {
        let mut parts = Vec::new();
        while !reader.is_finished() {
            parts.push(Any::decode(reader)?);
        }
        Ok(parts)
    })
}

/// `YYYYMMDDHHMMSS[.f]Z`, the one form that RFC 3161 allows.
fn general_time(any: &Any) -> Option<i64> {
    let text = std::str::from_utf8(any.value()).ok()?.strip_suffix('Z')?;
    let whole = text.split('.').next()?;
    if any.tag() != Tag::GeneralizedTime || whole.len() != 14 || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (date, time) = whole.split_at(8);
    let text = format!("{}-{}-{}T{}:{}:{}Z", &date[..4], &date[4..6], &date[6..], &time[..2], &time[2..4], &time[4..]);
    Some(text.parse::<jiff::Timestamp>().ok()?.as_second())
}

fn claim(info: &[u8]) -> Result<Claim, String> {
    let fields = parts(info).map_err(unreadable("the token's content"))?;
    let [version, _policy, imprint, _serial, time, rest @ ..] = fields.as_slice() else {
        return Err("the token's content is not one of RFC 3161".to_owned());
    };
    let imprint = parts(&imprint.to_der().map_err(unreadable("the digest"))?).map_err(unreadable("the digest"))?;
    let [algorithm, digest] = imprint.as_slice() else { return Err("the digest cannot be read".to_owned()) };
    let algorithm = parts(&algorithm.to_der().map_err(unreadable("the digest"))?).map_err(unreadable("the digest"))?;
    let oid = algorithm.first().and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
    if version.value() != [1] {
        return Err("the token is of another version than 1".to_owned());
    }
    Ok(Claim {
        imprint_algorithm: oid.ok_or("the digest's algorithm cannot be read")?.to_string(),
        imprint: digest.value().to_vec(),
        time: general_time(time).ok_or("the token's time cannot be read")?,
        nonce: rest.iter().find(|any| any.tag() == Tag::Integer).map(|any| any.value().to_vec()),
    })
}

fn digest(algorithm: &str, data: &[u8]) -> Option<Vec<u8>> {
    match algorithm {
        SHA256 => Some(Sha256::digest(data).to_vec()),
        SHA384 => Some(Sha384::digest(data).to_vec()),
        SHA512 => Some(Sha512::digest(data).to_vec()),
        _ => None,
    }
}

/// Takes the token out of a response, or takes it as it is.
fn signed_data(stamp: &[u8]) -> Result<SignedData, String> {
    let outer = parts(stamp).map_err(unreadable("the stamp"))?;
    let token = match outer.as_slice() {
        [status, rest @ ..] if status.tag() == Tag::Sequence => {
            let status =
                parts(&status.to_der().map_err(unreadable("the status"))?).map_err(unreadable("the status"))?;
            match (status.first().map(Any::value), rest) {
                (Some([0 | 1]), [token]) => token.to_der().map_err(unreadable("the token"))?,
                (Some(code), _) => return Err(format!("the authority refused (status {code:?}): there is no token")),
                _ => return Err("the authority gave no token".to_owned()),
            }
        }
        _ => stamp.to_vec(),
    };
    let content = ContentInfo::from_der(&token).map_err(unreadable("the token"))?;
    if content.content_type != SIGNED_DATA {
        return Err("the token is not signed data".to_owned());
    }
    let content = content.content.to_der().map_err(unreadable("the token"))?;
    let signed = SignedData::from_der(&content).map_err(unreadable("the token"))?;
    if signed.encap_content_info.econtent_type != TST_INFO {
        return Err("the token is not a time stamp".to_owned());
    }
    Ok(signed)
}

fn content(signed: &SignedData) -> Result<Vec<u8>, String> {
    let any = signed.encap_content_info.econtent.as_ref().ok_or("the token has no content")?;
    let octets: OctetStringRef<'_> = any.decode_as().map_err(unreadable("the token's content"))?;
    Ok(octets.as_bytes().to_vec())
}

fn claim_over(signed: &SignedData, data: &[u8]) -> Result<(Vec<u8>, Claim), String> {
    let content = content(signed)?;
    let claim = claim(&content)?;
    let own = digest(&claim.imprint_algorithm, data).ok_or("the digest is of an algorithm that is not trusted")?;
    if own != claim.imprint {
        return Err("it is over other bytes than this checkpoint".to_owned());
    }
    Ok((content, claim))
}

/// The time that a stamp over these bytes claims, unproved; an error when it is not over them.
pub fn claimed(stamp: &[u8], data: &[u8]) -> Result<i64, String> {
    Ok(claim_over(&signed_data(stamp)?, data)?.1.time)
}

/// True when the answer bears the nonce of the request.
pub fn answers(stamp: &[u8], nonce: [u8; 8]) -> bool {
    let mut number = nonce;
    number[0] = number[0] % 127 + 1;
    let found = signed_data(stamp).and_then(|signed| claim(&content(&signed)?)).ok().and_then(|claim| claim.nonce);
    found.as_deref() == Some(&number)
}

/// Checks a response or token over `data` under the certificates of a PEM file.
pub fn verify(stamp: &[u8], data: &[u8], ca_pem: &[u8]) -> Result<Token, Unproved> {
    let trusted: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(ca_pem)
        .collect::<Result<_, _>>()
        .map_err(|e| format!("the certificates to trust cannot be read: {e}"))?;
    if trusted.is_empty() {
        return Err("there are no certificates to trust".into());
    }
    let signed = signed_data(stamp)?;
    let (content, claim) = claim_over(&signed, data)?;
    let [signer] = signed.signer_infos.0.as_slice() else { return Err("it has not one signer".into()) };
    let attributes = attributes(signer, &content)?;
    let mut known: Vec<CertificateDer<'static>> = trusted.clone();
    for choice in signed.certificates.iter().flat_map(|set| set.0.iter()) {
        if let CertificateChoices::Certificate(certificate) = choice {
            known.push(certificate.to_der().map_err(unreadable("a certificate"))?.into());
        }
    }
    let anchors: Vec<_> = trusted.iter().filter_map(|c| anchor_from_trusted_cert(c).ok()).collect();
    let seconds = u64::try_from(claim.time).map_err(|_| "it claims a time before 1970")?;
    let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
    let mut why = Unproved::Untrusted("its signer's certificate is neither in it nor among those trusted".to_owned());
    for der in &known {
        let Some(subject) = subject_of_signer(signer, der) else { continue };
        // Those trusted are ends of a path and no part of it: one of the same name that is not yet valid would speak for the token's own.
        let good = check_signer(signer, &attributes, der, &known[trusted.len()..], &anchors, time);
        match good {
            Ok(()) => return Ok(Token { time: claim.time, signer: subject }),
            Err(error) => why = error,
        }
    }
    Err(why)
}

/// The signed attributes as they were signed, after the check that they speak of this content.
fn attributes(signer: &SignerInfo, content: &[u8]) -> Result<Vec<u8>, String> {
    let attributes = signer.signed_attrs.as_ref().ok_or("it has no signed attributes")?;
    let one = |oid: ObjectIdentifier| {
        let mut of_kind = attributes.iter().filter(|a| a.oid == oid);
        match (of_kind.next().map(|a| a.values.as_slice()), of_kind.next()) {
            (Some([value]), None) => Some(value),
            _ => None,
        }
    };
    let kind = one(CONTENT_TYPE).and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
    if kind != Some(TST_INFO) {
        return Err("what was signed does not call itself a time stamp".to_owned());
    }
    let own =
        digest(&signer.digest_alg.oid.to_string(), content).ok_or("the signer's digest is not one that is trusted")?;
    if one(MESSAGE_DIGEST).map(Any::value) != Some(own.as_slice()) {
        return Err("its content is not what was signed".to_owned());
    }
    attributes.to_der().map_err(unreadable("the signed attributes"))
}

/// The subject of a certificate, when the signer names it.
fn subject_of_signer(signer: &SignerInfo, der: &CertificateDer<'_>) -> Option<String> {
    let certificate = Certificate::from_der(der).ok()?;
    let own = &certificate.tbs_certificate;
    let is_own = match &signer.sid {
        SignerIdentifier::IssuerAndSerialNumber(id) => id.issuer == own.issuer && id.serial_number == own.serial_number,
        // Tried, and kept only when the signature holds.
        SignerIdentifier::SubjectKeyIdentifier(_) => true,
    };
    is_own.then(|| own.subject.to_string())
}

fn check_signer(
    signer: &SignerInfo,
    attributes: &[u8],
    der: &CertificateDer<'_>,
    own: &[CertificateDer<'_>],
    anchors: &[TrustAnchor<'_>],
    time: UnixTime,
) -> Result<(), Unproved> {
    // RFC 5816: the attributes name the certificate by its digest, so that no other with the same key can be put there.
    let named = signer.signed_attrs.iter().flat_map(|a| a.iter()).find(|a| a.oid == SIGNING_CERTIFICATE_V2);
    if let Some(named) = named {
        let named = named.to_der().map_err(unreadable("the signed attributes"))?;
        let holds = |digest: Vec<u8>| named.windows(digest.len()).any(|window| window == digest);
        if ![SHA256, SHA384, SHA512].iter().filter_map(|algorithm| digest(algorithm, der)).any(holds) {
            return Err("it names another certificate than the one that it is signed with".into());
        }
    }
    let certificate = EndEntityCert::try_from(der).map_err(|e| format!("the signer's certificate: {e}"))?;
    let signature = signer.signature.as_bytes();
    if !ALL_VERIFICATION_ALGS
        .iter()
        .any(|algorithm| certificate.verify_signature(*algorithm, attributes, signature).is_ok())
    {
        return Err("its signature does not hold".into());
    }
    let usage = KeyUsage::required(TIME_STAMPING);
    let path = certificate.verify_for_usage(ALL_VERIFICATION_ALGS, anchors, own, time, usage, None, None);
    path.map(drop).map_err(|error| {
        let why = format!("the signer's certificate does not lead to a trusted one for time stamping: {error}");
        match error {
            // Of an authority that bears the name of one that is trusted, the signature does not hold: it is another.
            webpki::Error::UnknownIssuer | webpki::Error::InvalidSignatureForPublicKey => Unproved::Untrusted(why),
            _ => Unproved::Bad(why),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_golden_tokens_are_judged_as_openssl_judges_them() {
        let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/evidence/vectors/rfc3161");
        if !dir.is_dir() {
            return println!("not run: golden time stamps: {} is not here", dir.display());
        }
        let read = |name: &str| std::fs::read(dir.join(name)).unwrap();
        let (data, ca) = (read("data.checkpoint"), read("ca.pem"));
        let both = [ca.clone(), read("tsa.pem")].concat();
        let noeku = [ca.clone(), read("noeku.pem")].concat();
        for (token, ca, is_good) in [
            ("good.tsr", &ca, true),
            ("good.tst", &ca, true),
            ("good-sha512-nocert.tsr", &both, true),
            ("good-sha512-nocert.tsr", &ca, false),
            ("good-sha512-nocert.tsr", &noeku, false),
            ("bad-signature.tsr", &ca, false),
            ("bad-imprint.tsr", &ca, false),
        ] {
            let found = verify(&read(token), &data, ca);
            assert_eq!(found.is_ok(), is_good, "{token}: {found:?}");
            assert!(verify(&read(token), &read("data.tampered"), ca).is_err(), "{token}");
        }
        assert!(verify(&read("good.tsr"), &data, &read("noeku.pem")).is_err());
        assert!(verify(&read("good.tsr"), &data, b"").is_err());
        assert_eq!(verify(&read("good.tsr"), &data, &ca).unwrap().signer, "CN=TEST ONLY evidence TSA");
    }

    #[test]
    fn no_torn_or_flipped_token_makes_the_reader_panic_or_is_believed() {
        let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/evidence/vectors/rfc3161");
        if !dir.is_dir() {
            return println!("not run: torn time stamps: {} is not here", dir.display());
        }
        let read = |name: &str| std::fs::read(dir.join(name)).unwrap();
        let (token, data, ca) = (read("good.tsr"), read("data.checkpoint"), read("ca.pem"));
        let time = verify(&token, &data, &ca).unwrap().time;
        for cut in 0..token.len() {
            assert!(verify(&token[..cut], &data, &ca).is_err(), "cut at {cut}");
        }
        for at in 0..token.len() {
            let mut flipped = token.clone();
            flipped[at] ^= 1;
            // What is not signed may change; what it says may not.
            if let Ok(found) = verify(&flipped, &data, &ca) {
                assert_eq!(found.time, time, "flipped at {at}");
            }
        }
    }

    #[test]
    fn a_request_is_what_openssl_reads_it_to_be() {
        let request = request(b"checkpoint", [0xff; 8]);
        let path = std::env::temp_dir().join(format!("tawthiq-{}.tsq", std::process::id()));
        std::fs::write(&path, &request).unwrap();
        let output = std::process::Command::new("openssl").args(["ts", "-query", "-text", "-in"]).arg(&path).output();
        std::fs::remove_file(&path).unwrap();
        let Ok(output) = output else { return println!("not run: openssl is not here") };
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains("Hash Algorithm: sha256") && text.contains("Certificate required: yes"), "{text}");
    }
}
