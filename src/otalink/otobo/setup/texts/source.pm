
    # Customers whom otalink made from mail: read only, and seen at once, since no CacheTTL is set.
    $Self->{CustomerUser1} = {
        Name   => 'otalink',
        Module => 'Kernel::System::CustomerUser::DB',
        Params => {
            DSN       => '<<dsn>>',
            User      => '<<source_user>>',
            Password  => 'PASSWORD',
            Table     => 'otalink_customer_user',
            ForeignDB => 1,
        },
        CustomerKey                        => 'login',
        CustomerID                         => 'customer_id',
        CustomerValid                      => 'valid_id',
        CustomerUserListFields             => [ 'first_name', 'last_name', 'email' ],
        CustomerUserSearchFields           => [ 'login', 'first_name', 'last_name', 'customer_id', 'email' ],
        CustomerUserSearchPrefix           => '*',
        CustomerUserSearchSuffix           => '*',
        CustomerUserSearchListLimit        => 250,
        CustomerUserPostMasterSearchFields => ['email'],
        CustomerUserNameFields             => [ 'first_name', 'last_name' ],
        CustomerUserEmailUniqCheck         => 1,
        ReadOnly                           => 1,

        # name, label, column, shown, required, type, link, read only
        Map => [
            [ 'UserFirstname',  'First name',  'first_name',  1, 1, 'var', '', 1 ],
            [ 'UserLastname',   'Last name',   'last_name',   1, 1, 'var', '', 1 ],
            [ 'UserLogin',      'Username',    'login',       1, 1, 'var', '', 1 ],
            [ 'UserEmail',      'Email',       'email',       1, 1, 'var', '', 1 ],
            [ 'UserCustomerID', 'Customer ID', 'customer_id', 0, 1, 'var', '', 1 ],
            [ 'ValidID',        'Valid',       'valid_id',    0, 1, 'int', '', 1 ],
        ],
    };
