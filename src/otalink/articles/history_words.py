"""The words with which mail programs introduce the mails below an answer, in their languages.

Only whole constructions count, never a word alone: people write "from", "wrote" and "below" too.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Header(StrEnum):
    """What a line of a quoted mail's headers says."""

    FROM = "from"
    SENT = "sent"
    TO = "to"
    SUBJECT = "subject"
    OTHER = "other"


# fmt: off
_HEADERS = {
    Header.FROM: (
        "from", "von", "de", "da", "van", "från", "fra", "od", "lähettäjä", "feladó", "kimden", "gönderen", "от", "від",
        "от кого", "发件人", "寄件者", "差出人", "보낸 사람", "보낸사람", "de la", "από", "מאת", "من", "exp.",
        "expéditeur",
        "absender", "mittente", "remitente", "remetente", "afzender", "nadawca", "отправитель",
    ),
    Header.SENT: (
        "sent", "date", "gesendet", "datum", "envoyé", "envoyé le", "enviado", "enviado el", "enviada em", "enviado em",
        "fecha", "data", "inviato", "verzonden", "skickat", "sendt", "dato", "wysłano", "odesláno", "odoslané",
        "lähetetty",
        "elküldve", "dátum", "gönderildi", "gönderme tarihi", "tarih", "отправлено", "дата", "надіслано", "发送时间",
        "发送日期",
        "日期", "寄件日期", "送信日時", "日付", "보낸 날짜", "날짜", "trimis", "poslano", "poslato", "στάλθηκε",
        "ημερομηνία", "נשלח",
        "date d'envoi", "sent on", "päiväys", "päivämäärä", "päivä", "dátum odoslania",
    ),
    Header.TO: (
        "to", "an", "à", "para", "a", "aan", "till", "til", "do", "komu", "vastaanottaja", "címzett", "kime", "кому",
        "до",
        "收件人", "收件者", "宛先", "받는 사람", "받는사람", "către", "za", "προς", "אל", "إلى", "dest.",
        "destinataire", "empfänger",
        "destinatario", "destinatário", "ontvanger", "pro",
    ),
    Header.SUBJECT: (
        "subject", "betreff", "objet", "asunto", "oggetto", "assunto", "onderwerp", "ämne", "emne", "temat", "předmět",
        "predmet", "aihe", "tárgy", "konu", "тема", "主题", "主旨", "件名", "제목", "subiect", "θέμα", "נושא",
        "الموضوع", "sujet",
        "re",
    ),
    Header.OTHER: (
        "cc", "cc:", "kopie", "copia", "cópia", "kopia", "kopio", "копия", "копія", "抄送", "副本", "참조", "bcc",
        "kopi",
        "reply-to", "reply to", "antwort an", "répondre à", "organization", "organisation", "importance", "wichtigkeit",
        "priority", "priorität", "priorité", "attachments", "anlagen", "anhänge", "pièces jointes", "importancia",
        "newsgroups", "resent-from", "mailed-by", "signed-by", "sender", "cci", "másolatot kap", "kopi till",
        "kopia till",
        "datos adjuntos", "allegati", "bijlagen", "вложения", "ответить", "cópia para",
    ),
}
_KIND = {name: kind for kind, names in _HEADERS.items() for name in names}

_ORIGINAL = (
    "original message", "ursprüngliche nachricht", "original-nachricht", "originalnachricht",
    "ursprüngliche mitteilung",
    "original mail", "original email", "ursprüngliche mail", "ursprüngliche e-mail", "reply message",
    "antwortnachricht",
    "message d'origine", "message original", "message initial", "mail original", "mensaje original",
    "messaggio originale",
    "oorspronkelijk bericht", "oorspronkelijke bericht", "origineel bericht", "mensagem original", "исходное сообщение",
    "оригинальное сообщение", "вихідне повідомлення", "wiadomość oryginalna", "oryginalna wiadomość", "původní zpráva",
    "původní e-mail", "pôvodná správa", "ursprungligt meddelande", "originalmeddelande", "oprindelig meddelelse",
    "original meddelelse", "opprinnelig melding", "alkuperäinen viesti", "eredeti üzenet", "orijinal mesaj",
    "özgün ileti",
    "mesaj original", "mesajul original", "αρχικό μήνυμα", "πρωτότυπο μήνυμα", "原始邮件", "邮件原件", "原始郵件",
    "元のメッセージ",
    "原始信件", "원본 메시지", "originalna poruka", "izvorna poruka",
)
_FORWARDED = (
    "forwarded message", "forwarded mail", "forwarded email", "forwarded by", "begin forwarded",
    "weitergeleitete nachricht",
    "weitergeleitete mail", "weitergeleitete e-mail", "weitergeleiteten nachricht", "weitergeleiteten e-mail",
    "weitergeleitet von", "message transféré", "message réexpédié", "e-mail transféré", "mail transféré",
    "transféré par",
    "mensaje reenviado", "reenviado por", "messaggio inoltrato", "inoltrato da", "doorgestuurd bericht",
    "doorgestuurde bericht", "mensagem encaminhada", "mensagem reenviada", "encaminhado por", "пересылаемое сообщение",
    "пересланное сообщение", "пересланное письмо", "пересилаєме повідомлення", "переслане повідомлення",
    "przekazana wiadomość", "wiadomość przekazana", "przesłana wiadomość", "przesłana dalej", "przekazanej wiadomości",
    "přeposlaná zpráva",
    "přeposlané zprávy", "preposlaná správa", "preposlaná", "vidarebefordrat", "videresendt", "videresendte",
    "videresendt melding", "välitetty viesti", "edelleenlähetetty", "välitetyn viestin", "továbbított", "iletilmiş",
    "iletilen", "mesaj redirecționat", "mesajul redirecționat", "προωθημένο μήνυμα", "转发的邮件", "转发邮件",
    "轉寄的郵件",
    "轉寄郵件", "転送されたメッセージ", "전달된 메시지", "전달 메시지", "proslijeđena poruka", "prosleđena poruka",
)
# A subject that starts so says that what is below was forwarded, whatever it looks like.
_FORWARD_SUBJECT = (
    "fw", "fwd", "wg", "tr", "rv", "enc", "i", "vb", "vs", "vl", "pd", "doorst", "továbbítás", "ilt", "пер", "fs",
    "προ",
    "πρθ", "转发", "轉寄", "転送", "전달", "res fwd", "preposlané", "trans", "redir",
    "videresend",
)
_POINTERS = (
    "see below", "below", "inline", "in-line", "in line", "interspersed", "in red", "in blue", "in bold", "in caps",
    "fyi", "f.y.i.", "for your information", "forwarding", "forwarded", "unten", "untenstehend",
    "untenstehende", "nachfolgend", "nachstehend", "folgende mail", "in rot", "zur info", "zur information",
    "zur kenntnis",
    "z.k.", "zk", "weitergeleitet", "dazwischen", "im text", "ci-dessous", "ci dessous", "en dessous", "en rouge",
    "pour info", "pour information", "abajo", "más abajo", "a continuación", "en rojo", "para su información",
    "qui sotto",
    "sotto", "in rosso", "per conoscenza", "hieronder", "in het rood", "ter info", "abaixo", "em vermelho", "nedan",
    "nedenfor", "i rött", "poniżej", "do wiadomości", "níže", "ниже", "красным", "к сведению", "для информации",
    "aşağıda", "下面", "以下", "如下", "아래",
)
# fmt: on
_SENT_FROM = re.compile(
    r"^(?:sent (?:from|via|with|by|using)|get outlook|gesendet (?:mit|von|über)|von meinem|envoyé (?:de|depuis|avec)"
    r"|enviado (?:desde|do|de|a partir)|inviato (?:da|dal)|verzonden (?:vanaf|met|van)|skickat från|sendt fra"
    r"|wysłane z|odesláno z|отправлено (?:с|из)|obtener outlook|outlook für|diese nachricht wurde von mein)\b.{0,80}$"
    r"|^<?https://aka\.ms/\S+$",
    re.IGNORECASE,
)
_BARE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
DATE = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-] ?\d{1,2}[./-] ?\d{2,4}(?!\d)|[年년]")
_ADDRESS = re.compile(r"[^\s<>()\[\]:;\"']+@[^\s<>()\[\]:;\"']+")
_ORIGINALS = frozenset(_ORIGINAL)
# What a line begins or ends with that separates one mail from another; and how long such a line is.
_DRAWN = "-_=*>:"
_MAX_SEPARATOR = 120


def any_of(words: tuple[str, ...]) -> str:
    """A pattern that any of the words matches, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_IS_ORIGINAL = re.compile(rf"^[-_=>\s*]*(?:{any_of(_ORIGINAL)})(?:\s+<?\S+@\S+)?[-_=\s*:]*$")
_IS_FORWARDED = re.compile(rf"(?<!\w)(?:{any_of(_FORWARDED)})")
_IS_FORWARD_SUBJECT = re.compile(
    rf"^\s*(?:\[[^\]]*\]\s*)?(?:{any_of(_FORWARD_SUBJECT)})\.?\s*(?:\[\d+\]|\(\d+\))?\s*[:\uff1a]"
)
_POINTS_DOWN = re.compile(rf"(?<!\w)(?:{any_of(_POINTERS)})(?!\w)")


def plain(text: str) -> str:
    """A line in one spelling: no characters that nobody sees, one space for each gap, no marks of bold at its ends."""
    if not text.isascii():
        text = _BARE.sub("", text).replace("\uff1a", ":")
    return " ".join(text.split()).strip(" *")


def header(line: str) -> tuple[Header, str] | None:
    """Which header of a mail a plain line is, and its value; None where it is none."""
    name, colon, value = line.partition(":")
    if not colon or len(name) > 30:
        return None
    kind = _KIND.get(name.strip(" *_|").lower().replace("\u2019", "'"))
    return (kind, value.strip(" *")) if kind else None


def is_original(line: str) -> bool:
    """Whether a mail program says with it that the mail that is answered follows."""
    if len(line) > _MAX_SEPARATOR:
        return False
    lower = line.lower().replace("\u2019", "'")
    return lower in _ORIGINALS or (line[0] in _DRAWN and bool(_IS_ORIGINAL.match(lower)))


def is_forwarded(line: str) -> bool:
    """Whether a mail program says with it that a forwarded mail follows."""
    drawn = len(line) <= _MAX_SEPARATOR and (line[0] in _DRAWN or line[-1] in _DRAWN)
    return drawn and bool(_IS_FORWARDED.search(line.lower()))


def is_forward_subject(subject: str) -> bool:
    """Whether a subject is that of a forwarded mail."""
    return bool(_IS_FORWARD_SUBJECT.match(subject[:60].lower().replace("\u0307", "")))


def points_down(text: str) -> bool:
    """Whether somebody says that more of theirs, or of interest, stands below."""
    return bool(_POINTS_DOWN.search(text.lower()))


def is_device_line(line: str) -> bool:
    """Whether a phone or program wrote it: "Sent from my ..."."""
    return len(line) < 120 and bool(_SENT_FROM.match(line))


def has_address(text: str) -> bool:
    """Whether an e-mail address stands in it."""
    return "@" in text and bool(_ADDRESS.search(text))


def has_year(text: str) -> bool:
    """Whether a date with a year stands in it."""
    return bool(DATE.search(text))
