"""How the common mail programs put the mail that is answered below an answer: each with "NEW" above and "OLD" below."""

# ruff: noqa: E501

from __future__ import annotations

_ANN = "Ann Desk &lt;<a href='mailto:desk@example.com'>desk@example.com</a>&gt;"
_HEADERS = (
    "<b>From:</b> Ann Desk [mailto:desk@example.com]<br><b>Sent:</b> Monday, November 02, 2026 10:00 AM<br>"
    "<b>To:</b> Bo Client<br><b>Subject:</b> Printer<br>"
)
_CYRILLIC = "\u041e\u0442\u043f\u0440\u0430\u0432\u043b\u0435\u043d\u043e"

HTML = {
    "Outlook 2003": "<div class=Section1><p class=MsoNormal>NEW<o:p></o:p></p><div><div align=center><hr size=2 tabindex=-1></div>"
    f"<p class=MsoNormal>{_HEADERS}</p></div><p class=MsoNormal>OLD</p></div>",
    "Outlook 2010": "<div class=WordSection1><p class=MsoNormal>NEW</p><p class=MsoNormal>&nbsp;</p>"
    f"<p class=MsoNormal>{_HEADERS.replace('<br>', '<br>\n')}</p><p class=MsoNormal>OLD</p></div>",
    "Outlook 2016": "<div class=WordSection1><p>NEW</p><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3pt'>"
    "<p><b>Von:</b> Ann Desk<br><b>Gesendet:</b> Montag, 2. November 2026 10:00<br><b>An:</b> Bo</p></div><p>OLD</p></div>",
    "Outlook 365": '<div>NEW</div><div id="appendonsend"></div><hr style="width:98%"><div id="divRplyFwdMsg" dir="ltr">'
    f"{_HEADERS}</div><div>OLD</div>",
    "Outlook for Mac": f'<div>NEW</div><div style="border:none;border-top:solid #B5C4DF 1.0pt"><p>{_HEADERS}</p></div><p>OLD</p>',
    "Hotmail": "<body class='hmmessage'><div dir='ltr'>NEW<br><hr id=\"stopSpelling\">Date: Mon, 2 Nov 2026 10:00:00 +0100<br>"
    "Subject: Printer<br>From: desk@example.com<br>To: bo@example.org<br><br><div>OLD</div></div></body>",
    "Windows Mail": '<div style="font-size:12pt"><div>NEW</div><div style="padding-top: 5px; border-top-color: rgb(229, 229, 229);'
    f' border-top-width: 1px; border-top-style: solid;"><div><b>\u041e\u0442:</b>&nbsp;<a href="mailto:desk@example.com">Ann</a><br>'
    f"<b>{_CYRILLIC}:</b>&nbsp;\u200e2\u200e \u043d\u043e\u044f\u0431\u0440\u044f\u200e \u200e2026 10:00<br>"
    "<b>\u041a\u043e\u043c\u0443:</b>&nbsp;Bo</div></div><div>OLD</div></div>",
    "mail.ru": "<p>NEW</p><br>Mon, 2 Nov 2026 10:00:00 +0300 \u043e\u0442 Ann Desk &lt;desk@example.com&gt;:<br>"
    '<blockquote style="border-left:1px solid #0857A6; margin:10px"><div class="js-helper"><style>p{}</style>OLD</div></blockquote>',
    "Yandex": f'<p>NEW<br /><br />02.11.2026, 10:00, "Ann Desk" {_ANN[9:]}:</p><blockquote> OLD</blockquote>',
    "Gmail": f'<div dir="ltr">NEW</div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, 2 Nov 2026 at 10:00, {_ANN} '
    'wrote:<br></div><blockquote class="gmail_quote">OLD</blockquote></div>',
    "Gmail with a signature": f'<div>NEW</div><div class="gmail_extra"><div class="gmail_quote">On Mon, 2 Nov 2026, {_ANN} wrote:<br>'
    '<blockquote class="gmail_quote">OLD</blockquote></div><br>-- <br><div class="gmail_signature">Bo<br>Sales</div></div>',
    "Apple Mail": 'NEW<br><div><blockquote type="cite"><div>On 2 Nov 2026, at 10:00, Ann Desk &lt;desk@example.com&gt; wrote:'
    "</div><br><div>OLD</div></blockquote></div>",
    "iOS": '<div>NEW<br><br>Sent from my iPhone</div><div><br><blockquote type="cite">On 2 Nov 2026, at 10:00, Ann Desk '
    '<desk@example.com> wrote:<br><br></blockquote></div><blockquote type="cite"><div>OLD</div></blockquote>',
    "Yahoo": '<div class="ydp1yahoo-style-wrap"><div>NEW</div></div><div id="ydp2yahoo_quoted_1" class="ydp2yahoo_quoted"><div>On '
    "Monday, November 2, 2026 at 10:00:00 AM GMT+1, Ann Desk &lt;desk@example.com&gt; wrote: </div><div>OLD</div></div>",
    "Thunderbird": '<p>NEW</p><div class="moz-cite-prefix">Am 02.11.26 um 10:00 schrieb Ann Desk:<br></div>'
    '<blockquote type="cite" cite="mid:a@example.com"><pre class="moz-quote-pre">OLD</pre></blockquote>',
    "Thunderbird with a signature": '<p>NEW</p><div class="moz-cite-prefix">Ann Desk wrote:</div><blockquote type="cite"'
    ' cite="mid:a@example.com">OLD</blockquote><pre class="moz-signature">-- \nBo</pre>',
    "GMX and web.de": '<div>NEW</div><div name="quote" style="border-left: 2px solid #C3D9E5"><div><b>Gesendet:</b> Montag, 02. '
    "November 2026 um 10:00 Uhr<br/><b>Von:</b> &quot;Ann&quot; &lt;desk@example.com&gt;<br/><b>An:</b> bo@example.org<br/>"
    "<b>Betreff:</b> Drucker</div><div>OLD</div></div>",
    "Lotus Notes": "<font>NEW</font><br><br><font size=1>From: &nbsp; Ann/Desk</font><br><font>To: &nbsp; bo@example.org</font><br>"
    "<font>Date: &nbsp; 02.11.2026 10:00</font><br><font>Subject: &nbsp; Printer</font><br><hr noshade><br><tt>OLD</tt>",
    "ProtonMail": '<div>NEW</div><div class="protonmail_quote">On Monday, November 2nd, 2026 at 10:00, Ann &lt;desk@example.com&gt; '
    'wrote:<br><blockquote class="protonmail_quote" type="cite">OLD</blockquote></div>',
    "K-9": f'<div>NEW</div><br><div class="gmail_quote">Am 2. November 2026 10:00:00 MEZ schrieb {_ANN}:'
    '<blockquote class="gmail_quote">OLD</blockquote></div>',
    "OTOBO": 'NEW<br /><br />11/02/2026 10:00 - Ann Desk wrote:<br /><div  type="cite" style="border:none;border-left:solid blue '
    '1.5pt;padding:0cm 0cm 0cm 4.0pt">OLD</div>',
    "OTOBO with a signature": 'NEW<br /><br />02.11.2026 10:00 - Ann Desk schrieb:<br /><div  type="cite" style="border:none">'
    "<div>OLD</div></div><br />-- <br />Bo<br />Sales",
    "Samsung": "<div>NEW</div><br><div>-------- Urspr&uuml;ngliche Nachricht --------</div><div>Von: Ann &lt;desk@example.com&gt;"
    "</div><div>Datum: 02.11.26 10:00 (GMT+01:00)</div><div>An: bo@example.org</div><div>Betreff: Drucker</div><p>OLD</p>",
}

TEXT = {
    "Outlook": "________________________________\nFrom: Ann Desk <desk@example.com>\nSent: Monday, November 2, 2026 10:00\n"
    "To: Bo\nSubject: Printer\n\nOLD",
    "Outlook, German": "Von: Ann Desk [mailto:desk@example.com]\nGesendet: Montag, 2. November 2026 10:00\nAn: Bo\n"
    "Betreff: Drucker\n\nOLD",
    "Outlook, French": "De : Ann Desk <desk@example.com>\nEnvoy\u00e9 : lundi 2 novembre 2026 10:00\n\u00c0 : Bo\nObjet : x\n\nOLD",
    "Outlook, Spanish": "De: Ann Desk\nEnviado el: lunes, 2 de noviembre de 2026 10:00\nPara: Bo\nAsunto: Impresora\n\nOLD",
    "Outlook, Italian": "Da: Ann Desk\nInviato: luned\u00ec 2 novembre 2026 10:00\nA: Bo\nOggetto: Stampante\n\nOLD",
    "Outlook, Dutch": "Van: Ann Desk\nVerzonden: maandag 2 november 2026 10:00\nAan: Bo\nOnderwerp: Printer\n\nOLD",
    "Outlook, bold": "*From:* Ann Desk\n*Sent:* Monday, November 2, 2026 10:00 AM\n*To:* Bo\n*Subject:* Printer\n\nOLD",
    "Outlook, Japanese": "\u5dee\u51fa\u4eba: Ann\n\u9001\u4fe1\u65e5\u6642: 2026\u5e7411\u67082\u65e5 10:00\n\u5b9b\u5148: Bo\n"
    "\u4ef6\u540d: x\n\nOLD",
    "Outlook with marks": "-----Original Message-----\nFrom: Ann Desk\nSent: Monday\n\n> OLD\n> OLD",
    "AOL": "-----Urspr\u00fcngliche Mitteilung-----\nVon: Ann <desk@example.com>\nAn: bo@example.org\nVerschickt: Mo, 2. Nov. 2026\n\nOLD",
    "T-Online": '-----Original-Nachricht-----\nBetreff: Drucker\nDatum: 2026-11-02T10:00:00+0100\nVon: "Ann" <desk@example.com>\n'
    'An: "Bo" <bo@example.org>\n\nOLD',
    "BlackBerry": "-----Original Message-----\nFrom: Ann <desk@example.com>\nDate: Mon, 2 Nov 2026 10:00:00\nTo: Bo\n\nOLD",
    "BlackBerry 10": "Sent from my BlackBerry 10 smartphone.\n  Original Message  \nFrom: Ann\nSent: Monday, November 2, 2026\n\nOLD",
    "Android": '----- Reply message -----\nFrom: "Ann" <desk@example.com>\nTo: Bo\nSubject: x\nDate: Mon, Nov 2, 2026\n\nOLD',
    "Gmail": "On Mon, Nov 2, 2026 at 10:00 AM Ann Desk <desk@example.com> wrote:\n\n> OLD",
    "Gmail, broken in two": "On Mon, Nov 2, 2026 at 10:00 AM Ann Desk of the Help Desk <\ndesk@example.com> wrote:\n\n> OLD",
    "Gmail, German": "Ann Desk <desk@example.com> schrieb am Mo., 2. Nov. 2026, 10:00:\n\n> OLD",
    "Gmail, broken so that it looks quoted": "Am Mo., 2. Nov. 2026 um 10:00 Uhr schrieb Ann Desk <desk@example.com\n>:\n\n> OLD",
    "Gmail, French": "Le lun. 2 nov. 2026 \u00e0 10:00, Desk <desk@example.com>\na \u00e9crit :\n\n> OLD",
    "Gmail, without marks": "On Mon, Nov 2, 2026 at 10:00 AM Ann Desk <desk@example.com> wrote:\n\nOLD\nOLD",
    "Apple Mail": "> On 2 Nov 2026, at 10:00, Ann Desk <desk@example.com> wrote:\n> \n> OLD",
    "Apple Mail, Polish": "Wiadomo\u015b\u0107 napisana przez Ann <desk@example.com> w dniu 02.11.2026, o godz. 10:00:\n\n> OLD",
    "Thunderbird, Russian": "02.11.2026 10:00, Ann Desk \u043f\u0438\u0448\u0435\u0442:\n> OLD",
    "Thunderbird, Swedish": "Den 2026-11-02 kl. 10:00, skrev Ann Desk:\n> OLD",
    "Yandex": '02.11.2026, 10:00, "Ann Desk" <desk@example.com>:\n> OLD',
    "mail.ru": "\u041f\u043e\u043d\u0435\u0434\u0435\u043b\u044c\u043d\u0438\u043a, 2 \u043d\u043e\u044f\u0431\u0440\u044f 2026, 10:00 +03:00 "
    "\u043e\u0442 Ann <desk@example.com>:\n>\n> OLD",
    "Zoho": "---- On Mon, 02 Nov 2026 10:00:00 +0100 Ann <desk@example.com> wrote ----\n\nOLD",
    "Yahoo": "On Monday, November 2, 2026, 10:00:00 AM GMT+1, Ann Desk <desk@example.com> wrote: \n\n OLD",
    "Thunderbird, Hungarian": "2026. 11. 02. 10:00 keltez\u00e9ssel, Ann Desk \u00edrta:\n> OLD\n\n-- \nBo Client\nbo@example.org",
    "Thunderbird, with a signature below": "Am 02.11.2026 um 10:00 schrieb Ann Desk:\n> OLD\n\n-- \nBo Client\nSales",
    "a greeting below": "On Mon, 2 Nov 2026, Ann Desk wrote:\n> OLD\n\nBest regards,\nBo Client",
    "a web mailer without marks": "Ann schrieb am 02.11.2026 10:00 (GMT +01:00):\n\nOLD\n\nOLD",
    "Roundcube, Italian": "Il 02/11/2026 10:00, Ann Desk ha scritto:\n\nOLD",
    "Apple Mail, Dutch": "Op 2 nov. 2026, om 10:00 heeft Ann Desk het volgende geschreven:\n\nOLD",
    "a program that says you": "On 2 Nov 2026 at 10:00, you wrote:\n\nOLD",
    "Gmail, Chinese": "Ann <desk@example.com> \u4e8e2026\u5e7411\u67082\u65e5\u5468\u4e00 10:00\u5199\u9053\uff1a\n\n> OLD",
    "Gmail of long ago": "2026/11/2 Ann Desk <desk@example.com>\n\n> OLD",
    "Outlook.com": "To: bo@example.org\nFrom: desk@example.com\nCC: c@example.com; d@example.com;\ne@example.com\nSubject: x\n"
    "Date: Mon, 2 Nov 2026 10:00:00 +0100\n\nOLD",
    "a footer that the quote has too": "On 2 Nov 2026, Ann <desk@example.com> wrote:\n> OLD\n> See our Terms.\n\n"
    "See our Terms <https://example.com/t>.",
    "Thunderbird of long ago": "Ann Desk wrote:\n> OLD\n>\n> OLD",
    "Outlook, marked with empty lines": ">\n>\n> *From:* Ann Desk [mailto:desk@example.com]\n> *Sent:* Monday, November 2, 2026\n"
    "> *To:* Bo\n> *Subject:* x\n>\n> OLD",
    "a mailing list": "On Mon, 2 Nov 2026, Ann Desk wrote:\n> OLD\n\n____________________\nhelp mailing list\nhelp@example.com",
}
