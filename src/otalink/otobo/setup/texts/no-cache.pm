
    # otalink writes into OTOBO's own table: look there each time, or whoever wrote stays unknown for a day.
    $Self->{CustomerUser}->{CacheTTL} = 0;
