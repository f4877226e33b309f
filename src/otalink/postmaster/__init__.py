"""Mail intake: bytes in, a filed ticket or article out, and nothing lost or filed twice."""
