    # otalink, in Kernel/Config.pm, above "end of your own config options".
<<source>><<relay>>
