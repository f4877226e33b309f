"""Who is it really: DKIM, SPF, DMARC, the headers of trusted servers, and what each result allows."""
