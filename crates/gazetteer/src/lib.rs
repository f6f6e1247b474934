//! Towns and postcodes of BE, FR, NL, GB and LU: names to places and distances
