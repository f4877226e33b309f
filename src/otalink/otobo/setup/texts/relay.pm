
    # Mail leaves through otalink, which puts each reader's own link into it; it waits three days for it, not six minutes.
    $Self->{'SendmailModule'}       = 'Kernel::System::Email::SMTP';
    $Self->{'SendmailModule::Host'} = '<<relay_host>>';
    $Self->{'SendmailModule::Port'} = '<<relay_port>>';
    $Self->{MailQueue}->{ItemMaxAttempts} = <<attempts>>;
